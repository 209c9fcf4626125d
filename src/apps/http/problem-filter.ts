import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../core/logger.js';
import { problem, problemOf } from './problem.js';

/** Every error that leaves the server leaves it as a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly allowedMethods: (path: string) => readonly string[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    // Thrown by the framework alone, for a method and path without a route.
    const allowed = error instanceof NotFoundException ? this.allowedMethods(request.url) : [];
    const { status, headers, body } =
      allowed.length > 0
        ? problem(405, 'method_not_allowed', `${request.method} is not for this address.`, {
            allowed: [...allowed],
          })
        : problemOf(error);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    if (status >= 500 && status !== 503 && status !== 507)
      this.logger.error({ err: error, method: request.method, url: request.url }, 'request failed');
    // A body that was not read to its end (an upload refused early) leaves the connection unusable for the next request.
    if (!request.raw.complete) reply.header('connection', 'close');
    if (reply.raw.headersSent) reply.raw.destroy();
    else reply.status(status).headers(headers).send(body);
  }
}
