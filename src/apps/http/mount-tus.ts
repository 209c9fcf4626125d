import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TusHandler } from '../../commands/uploads/protocol/tus-handler.js';
import { tusVersion } from '../../commands/uploads/protocol/tus-messages.js';
import { type Access, requireOperator } from './access.js';
import { answerProblem } from './early-problems.js';
import { requestOriginOf } from './request-origin.js';

const BASE_PATH = '/v1/uploads';

/** The tus protocol under its path. Bodies reach it as raw streams; browsers of other origins may speak it. */
export async function mountTus(
  server: FastifyInstance,
  options: {
    readonly handle: TusHandler;
    readonly access: Access;
  },
): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Every body is bytes here; nothing is read before the protocol says so.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));

    // What is refused before the protocol hears of it; an answer without the version is none to its clients.
    scope.setErrorHandler(answerProblem);
    scope.addHook('onSend', async (_request, reply) => {
      reply.header('tus-resumable', tusVersion);
    });

    const answer = async (request: FastifyRequest, reply: FastifyReply) => {
      const caller = options.access(request.headers.authorization);
      if (request.method !== 'OPTIONS') requireOperator(caller);
      const { status, headers, body } = await options.handle({
        method: request.method,
        path: request.url,
        headers: request.headers,
        body: request.raw,
        trailers: () => request.raw.trailers,
        actor: caller.actor,
        ...requestOriginOf(request.headers),
      });
      return reply.status(status).headers(headers).send(body);
    };
    for (const url of [BASE_PATH, `${BASE_PATH}/`, `${BASE_PATH}/:id`, `${BASE_PATH}/*`])
      scope.route({
        // Those that mean nothing here too: the protocol says which do.
        method: ['OPTIONS', 'POST', 'HEAD', 'PATCH', 'DELETE', 'GET', 'PUT'],
        url,
        exposeHeadRoute: false,
        handler: answer,
      });
  });
}
