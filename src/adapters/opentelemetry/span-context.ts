import type { Link, SpanContext } from '@opentelemetry/api';

/** What a `traceparent` of ours, which is checked, says. */
export function spanContextOf(traceparent: string): SpanContext {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

export const linkTo = (traceparent: string): Link[] => [{ context: spanContextOf(traceparent) }];
