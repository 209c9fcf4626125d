import type { FastifyInstance } from 'fastify';

/** On whatever leaves the server: its type is what it says, and no other site puts it into a frame of its own. */
export const EVERY_ANSWER = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
} as const;

/** Before anything else looks at a request, so that refusals have them as well. */
export function secureAnswers(server: FastifyInstance): void {
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(EVERY_ANSWER);
  });
}
