import type { FastifyInstance } from 'fastify';
import { unsupported } from '../../core/errors.js';

/**
 * Bodies come as they are: what is compressed on its way would be stored compressed, or be gone once it is unfolded. Refused
 * before anything of it is read, and told what would be taken (RFC 9110, 12.5.3).
 */
export function takeOnlyPlainBodies(server: FastifyInstance): void {
  server.addHook('onRequest', async ({ headers }, reply) => {
    const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (coding === '' || coding === 'identity') return;
    reply.header('accept-encoding', 'identity');
    throw unsupported(
      'unsupported_content_encoding',
      'Send the body as it is, without a Content-Encoding; a file that is compressed itself is fine.',
    );
  });
}
