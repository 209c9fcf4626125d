import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '../../http/endpoint.js';
import { addVary } from './ask-for-keys.js';
import { createCors } from './cors-headers.js';
import { pathPattern } from './path-pattern.js';

/**
 * Lets pages of the named origins use the server, and pages of any origin play what is published. Headers are set before
 * anything else looks at a request: a page can read why it was refused.
 */
export function allowOtherOrigins(
  server: FastifyInstance,
  options: { readonly origins: readonly string[]; readonly endpoints: readonly Endpoint[] },
): void {
  const playback = options.endpoints
    .filter(({ tag }) => tag === 'playback')
    .map(({ path }) => pathPattern(path));
  const corsOf = createCors(options.origins, (path) => playback.some((pattern) => pattern.test(path)));

  server.addHook('onRequest', async ({ method, headers, url }, reply) => {
    const answer = corsOf({ method, headers, url });
    if (answer.variesByOrigin) addVary(reply, 'Origin');
    reply.headers(answer.headers);
    if (answer.isPreflight) return reply.status(204).send();
  });
}
