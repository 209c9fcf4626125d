import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../../core/logger.js';
import { isSampled } from '../../core/traceparent.js';
import type { Span, SpanOptions, Tracer } from '../../core/tracer.js';
import { createExporter } from './exporter.js';
import { type ProcessIdentity, resourceOf } from './resource.js';
import { type SamplerName, samplerOf } from './sampler.js';
import { linkTo, spanContextOf, traceparentOf } from './span-context.js';
import { createSpanQueue } from './span-queue.js';

export interface TracerSettings extends ProcessIdentity {
  /** Where spans are sent, as OTLP over HTTP. */
  readonly url: string;
  readonly sampler: SamplerName;
  readonly samplerRatio: number;
  readonly logger: Logger;
}

export interface OpenTracer extends Tracer {
  /** Sends what is still here, for a few seconds at most. */
  close(): Promise<void>;
}

/** Who stops a process does not wait for a receiver that is away. */
const CLOSE_MILLISECONDS = 3_000;

/** Spans for whoever collects them by OpenTelemetry's protocol: sent in batches, and lost when the receiver is away for long. */
export function openTracer(settings: TracerSettings): OpenTracer {
  const exporter = createExporter(settings);
  const provider = new BasicTracerProvider({
    resource: resourceOf(settings),
    sampler: samplerOf(settings.sampler, settings.samplerRatio),
    spanProcessors: [createSpanQueue(exporter, settings.logger)],
  });
  const spans = provider.getTracer('mediaflow', settings.version);
  const followsParents = settings.sampler.startsWith('parentbased_');
  const current = new AsyncLocalStorage<string>();

  return {
    start(name, options) {
      const { parent, beginsTrace = false, kind = 'internal', links = [], attributes = {} } = options;
      if (!beginsTrace && (parent === null || (followsParents && !isSampled(parent)))) return undefined;
      const span = spans.startSpan(
        name,
        {
          kind: SpanKind[kind.toUpperCase() as Uppercase<NonNullable<SpanOptions['kind']>>],
          attributes: attributes as Record<string, string>,
          links: links.flatMap(linkTo),
          ...(options.startedAt !== undefined && { startTime: options.startedAt }),
        },
        contextOf(parent),
      );
      // Where a trace begins, what comes of it has to hear that it is not collected.
      if (!span.isRecording() && !beginsTrace) return undefined;
      return {
        traceparent: traceparentOf(span.spanContext()),
        set: (more) => void span.setAttributes(more as Record<string, string>),
        link: (traceparent) => void span.addLinks(linkTo(traceparent)),
        fail: (errorType) =>
          void span.setAttribute('error.type', errorType).setStatus({ code: SpanStatusCode.ERROR }),
        end: () => span.end(),
      } satisfies Span;
    },
    within: (span, work) => (span ? current.run(span.traceparent, work) : work()),
    current: () => current.getStore() ?? null,
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MILLISECONDS);
      });
      // What could not be sent has been told of.
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

function contextOf(parent: string | null): Context {
  const remote = parent === null ? undefined : spanContextOf(parent);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
}
