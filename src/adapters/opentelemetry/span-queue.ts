import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../../core/logger.js';

/**
 * What the SDK has (2,048) is not one page of the relay or of a view that catches up, whose spans all end in one breath: it
 * keeps what fits, and says nothing of the others (open-telemetry/opentelemetry-js#3772).
 */
const MOST_WAITING = 16_384;

/** Spans on their way to the exporter, in batches. Those that find no room are lost, which is said once until the queue is empty. */
export function createSpanQueue(exporter: SpanExporter, logger: Logger): SpanProcessor {
  const maxQueueSize = Number(process.env.OTEL_BSP_MAX_QUEUE_SIZE) || MOST_WAITING;
  let waiting = 0;
  let isFull = false;
  const queue = new BatchSpanProcessor(
    {
      ...exporter,
      export(spans, done) {
        waiting -= spans.length;
        if (waiting === 0) isFull = false;
        exporter.export(spans, done);
      },
    },
    { maxQueueSize },
  );
  return {
    onStart: (span, context) => queue.onStart(span, context),
    onEnd(span) {
      if (waiting < maxQueueSize) {
        waiting += 1;
        queue.onEnd(span);
      } else if (!isFull) {
        isFull = true;
        logger.warn(
          { maxQueueSize },
          'More spans end than are sent: what does not fit into their queue is lost',
        );
      }
    },
    forceFlush: () => queue.forceFlush(),
    shutdown: () => queue.shutdown(),
  };
}
