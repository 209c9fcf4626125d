import type { Instant } from '../../core/time.js';
import { recentTrace } from '../../core/traceparent.js';
import { errorTypeOf, type Span, type Tracer } from '../../core/tracer.js';
import type { SagaStepInput } from './saga-input.js';

export interface TracedInputs {
  /** What comes of one that is traced belongs to a span of the saga's own. */
  readonly inputs: readonly SagaStepInput[];
  /** Commits the step and ends the spans with it; false when somebody else has taken one. */
  endWith(commit: () => Promise<boolean>): Promise<boolean>;
}

/** Begins a span for each event that is traced, to be ended with the step that the saga takes about them. */
export function traceInputs(
  tracer: Tracer,
  saga: string,
  inputs: readonly SagaStepInput[],
  at: Instant,
): TracedInputs {
  const spans: Span[] = [];
  const traced = inputs.map((input) => {
    if (!('event' in input.trigger)) return input;
    const { event } = input.trigger;
    const span = tracer.start(`saga ${saga}`, {
      kind: 'consumer',
      parent: recentTrace(event.metadata.traceparent, event.recordedAt, at),
      attributes: { 'mediaflow.event.type': event.type, 'mediaflow.event.id': event.eventId },
    });
    if (!span) return input;
    spans.push(span);
    return { ...input, origin: { ...input.origin, traceparent: span.traceparent } };
  });
  return {
    inputs: traced,
    async endWith(commit) {
      try {
        const isOurs = await commit();
        if (!isOurs) for (const span of spans) span.fail('overtaken');
        return isOurs;
      } catch (error) {
        for (const span of spans) span.fail(errorTypeOf(error));
        throw error;
      } finally {
        for (const span of spans) span.end();
      }
    },
  };
}
