import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../core/logger.js';
import { chainOf } from '../../core/request-origin.js';
import { type Problem, problem } from '../../http/problem.js';
import { problemOf } from './problem.js';
import { requestOriginOf } from './request-origin.js';

/** Every error that leaves the server leaves it as a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly allowedMethods: (path: string) => readonly string[],
    /** Where else an address may be served. */
    private readonly elsewhere: string = '',
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    // Thrown by the framework alone, for a method and path without a route.
    const isUnknown = error instanceof NotFoundException;
    const allowed = isUnknown ? this.allowedMethods(request.url) : [];
    const { status, headers, body } = isUnknown ? this.unknown(request.method, allowed) : problemOf(error);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    if (status >= 500 && status !== 503 && status !== 507)
      // The route, since addresses may name persons.
      this.logger.error(
        {
          ...{ err: error, method: request.method, route: request.routeOptions.url },
          ...chainOf({ correlationId: request.correlationId, ...requestOriginOf(request.headers) }),
        },
        'request failed',
      );
    if (reply.raw.headersSent) reply.raw.destroy();
    else reply.status(status).headers(headers).send(body);
  }

  private unknown(method: string, allowed: readonly string[]): Problem {
    const hint = this.elsewhere === '' ? '' : ` ${this.elsewhere}`;
    return allowed.length > 0
      ? problem(405, 'method_not_allowed', `${method} is not for this address.${hint}`, {
          allowed: [...allowed],
        })
      : problem(404, 'route_not_found', `There is no such address.${hint}`);
  }
}
