import type { SpanOptions, Tracer } from '../../src/core/tracer.js';

export interface RecordedSpan extends SpanOptions {
  readonly name: string;
  readonly traceparent: string;
  readonly linked: string[];
  readonly told: Record<string, unknown>;
  errorType?: string;
  ended: boolean;
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
/** Of a span that tests begin with. */
export const ROOT_SPAN = `00-${TRACE}-${'f'.repeat(16)}-01`;

/** A tracer that keeps what it is told, in the order in which spans were started. */
export function createRecordingTracer(): {
  readonly tracer: Tracer;
  readonly spans: readonly RecordedSpan[];
} {
  const spans: RecordedSpan[] = [];
  return {
    spans,
    tracer: {
      start(name, options) {
        if (options.parent === null && !options.beginsTrace) return undefined;
        const traceparent = `00-${TRACE}-${String(spans.length + 1).padStart(16, '0')}-01`;
        const span: RecordedSpan = { ...options, name, traceparent, linked: [], told: {}, ended: false };
        spans.push(span);
        return {
          traceparent,
          set: (attributes) => void Object.assign(span.told, attributes),
          link: (other) => void span.linked.push(other),
          fail(errorType) {
            span.errorType = errorType;
          },
          end() {
            span.ended = true;
          },
        };
      },
      within: (_span, work) => work(),
      current: () => null,
    },
  };
}
