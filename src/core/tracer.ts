import { MediaFlowError } from './errors.js';

/** As OpenTelemetry has them: what others ask of us, what we ask of others, what is sent, what was received, and the rest. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Never what is personal or secret: addresses, texts, arguments and messages of errors stay out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface SpanOptions {
  readonly kind?: SpanKind;
  /** The `traceparent` of the span that this one is part of. */
  readonly parent: string | null;
  /** Without a parent it begins a trace; otherwise there is no span then. */
  readonly beginsTrace?: boolean;
  /** `traceparent`s of others that it has to do with. */
  readonly links?: readonly string[];
  readonly attributes?: SpanAttributes;
  /** Milliseconds since 1970, where it began before it is told of. */
  readonly startedAt?: number;
}

/** A stretch of work in a trace, to be ended by whoever started it. */
export interface Span {
  /** W3C trace context of what is done within it. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** That another span, by its `traceparent`, has to do with it. */
  link(traceparent: string): void;
  /** It came to nothing; the code says why. */
  fail(errorType: string): void;
  end(): void;
}

/** The port to whoever collects spans. */
export interface Tracer {
  /** Undefined where nobody wants to know, as a rule because no trace leads here: whatever costs anything is left out then. */
  start(name: string, options: SpanOptions): Span | undefined;
  /** Does the work so that `current` is this span in all that comes of it. */
  within<Result>(span: Span | undefined, work: () => Result): Result;
  /** The `traceparent` of the span that this is done within. */
  current(): string | null;
}

export const noTracer: Tracer = {
  start: () => undefined,
  within: (_span, work) => work(),
  current: () => null,
};

/** What a span, and a figure, says of an error: its code or class, never its words. */
export const errorTypeOf = (error: unknown): string =>
  error instanceof MediaFlowError ? error.code : error instanceof Error ? error.name : 'unknown';

/** Does the work, and ends the span with it. */
export const inSpan = <Result>(span: Span | undefined, work: () => Promise<Result>): Promise<Result> =>
  span ? inSpans([span], work) : work();

/** Does a piece of work that many traces have a part in, and ends their spans with it. */
export async function inSpans<Result>(spans: readonly Span[], work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    for (const span of spans) span.fail(errorTypeOf(error));
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}
