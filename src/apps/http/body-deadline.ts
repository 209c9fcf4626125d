import type { FastifyInstance } from 'fastify';
import { endBrokenConnection } from './early-problems.js';

/**
 * Ends a connection whose JSON body is not whole after `seconds`: whoever sends one by the byte, or has lost the network,
 * would hold a connection for ever. Files take as long as they take; what reads them and
 * their forms ends the silent ones itself.
 */
export function endSlowBodies(server: FastifyInstance, seconds: number): void {
  server.addHook('preParsing', async ({ headers, raw }, _reply, payload) => {
    if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return payload;
    const timer = setTimeout(() => endBrokenConnection(tooLate(), raw.socket), seconds * 1000);
    for (const event of ['end', 'close', 'error']) payload.once(event, () => clearTimeout(timer));
    return payload;
  });
}

/** Made when it is: its stack costs more than many a request. */
const tooLate = () =>
  Object.assign(new Error('The body did not come in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
