import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../../core/logger.js';

/** Sends spans; says once that they cannot be sent, and once that they can again. */
export function createExporter({
  url,
  logger,
}: {
  readonly url: string;
  readonly logger: Logger;
}): SpanExporter {
  const exporter = new OTLPTraceExporter({ url });
  let isAway = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const isLost = result.error !== undefined || result.code !== 0;
        // Neither the address, which may hold a key, nor what the receiver said.
        const reason = (result.error as { readonly code?: unknown } | undefined)?.code;
        if (isLost && !isAway) logger.warn({ reason }, 'Traces cannot be sent, and are lost meanwhile');
        if (!isLost && isAway) logger.info({}, 'Traces are sent again');
        isAway = isLost;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
