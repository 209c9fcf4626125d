import { traceIdOf } from './traceparent.js';

/** What of a request goes along with all that comes of it: commands, events, outbox, jobs and dead letters. */
export interface RequestOrigin {
  readonly tenantId: string;
  /** W3C trace context; null when the request had none. */
  readonly traceparent: string | null;
}

/** What a line of the log says of the chain of work that it is about. */
export const chainOf = ({
  correlationId,
  traceparent,
}: Pick<RequestOrigin, 'traceparent'> & { readonly correlationId: string }) => ({
  correlationId,
  ...(traceparent !== null && { traceId: traceIdOf(traceparent) }),
});

/** Whose everything is while there is one tenant. */
export const DEFAULT_TENANT = 'default';

/** Of what no request asked for, and of what earlier releases left behind without saying. */
export const NO_REQUEST: RequestOrigin = { tenantId: DEFAULT_TENANT, traceparent: null };

/** These fields of something that has them among others. */
export const originOf = ({ tenantId, traceparent }: RequestOrigin): RequestOrigin => ({
  tenantId,
  traceparent,
});
