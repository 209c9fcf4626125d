import type { Command } from '../core/decider.js';
import { isRetryable } from '../core/errors.js';
import type { RequestOrigin } from '../core/request-origin.js';
import { errorTypeOf } from '../core/tracer.js';
import { type Observing, secondsSince } from './observing.js';

interface ObservedCommand extends RequestOrigin {
  readonly commandId: string;
  readonly correlationId: string;
  readonly command: Command;
}

/** Commands, each with a span that its events belong to, and how long it took. */
export function observeCommands<Request extends ObservedCommand, Result>(
  execute: (request: Request) => Promise<Result>,
  { metrics, tracer }: Observing,
): (request: Request) => Promise<Result> {
  return async (request) => {
    const startedAt = performance.now();
    const { command, commandId, correlationId } = request;
    const span = tracer.start(command.type, {
      parent: request.traceparent,
      attributes: {
        'mediaflow.command.id': commandId,
        'mediaflow.correlation.id': correlationId,
      },
    });
    const traceparent = span?.traceparent ?? null;
    const ended = (outcome: 'done' | 'refused' | 'failed') =>
      metrics.observe(
        'command_duration_seconds',
        { command: command.type, outcome },
        secondsSince(startedAt),
        traceparent,
      );
    try {
      const result = await execute(span ? { ...request, traceparent } : request);
      ended('done');
      return result;
    } catch (error) {
      ended(isRetryable(error) ? 'failed' : 'refused');
      span?.fail(errorTypeOf(error));
      throw error;
    } finally {
      span?.end();
    }
  };
}
