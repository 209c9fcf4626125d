import { MediaFlowError } from '../core/errors.js';
import { checkRequest } from '../core/inference/check-request.js';
import type { InferenceClient, ModelIdentity } from '../core/inference/inference-client.js';
import { type InferenceTask, inferenceTasks } from '../core/inference/task-table.js';
import { inSpan, type Span, type SpanOptions } from '../core/tracer.js';
import { type Observing, secondsSince } from './observing.js';

interface Told {
  readonly model: ModelIdentity;
  readonly items: number;
}

/** Models of which each request is a span of the job that makes it, and says which model answered. */
export function observeInference(inference: InferenceClient, observing: Observing): InferenceClient {
  const observe = observer(observing);
  return {
    ...inference,
    async infer(task, request, options) {
      const { items } = checkRequest(task, request);
      const { inferred } = await observe(
        task,
        {
          parent: observing.tracer.current(),
          attributes: { [`mediaflow.inference.${inferenceTasks[task].unit}`]: items },
        },
        async () => {
          const inferred = await inference.infer(task, request, options);
          return { inferred, model: inferred.model, items };
        },
      );
      return inferred;
    },
  };
}

/** The same of what is served to other processes, as part of the trace that they are in. */
export function observeServedInference(observing: Observing) {
  const observe = observer(observing);
  return <Answer extends Told>(
    task: InferenceTask,
    traceparent: string | null,
    serve: () => Promise<Answer>,
  ) => observe(task, { kind: 'server', parent: traceparent }, serve);
}

const observer =
  ({ metrics, tracer }: Observing) =>
  async <Answer extends Told>(
    task: InferenceTask,
    options: SpanOptions,
    ask: () => Promise<Answer>,
  ): Promise<Answer> => {
    const startedAt = performance.now();
    const span = tracer.start(inferenceTasks[task].does, options);
    const tell = (outcome: string, { provider, model } = { provider: '', model: '' }) =>
      metrics.observe(
        'inference_duration_seconds',
        { task, provider, model, outcome },
        secondsSince(startedAt),
        span?.traceparent ?? null,
      );
    try {
      const answer = await tracer.within(span, () =>
        inSpan(span, async () => {
          const told = await ask();
          tellModel(span, told.model);
          return told;
        }),
      );
      tell('done', answer.model);
      metrics.add(
        'inference_items_total',
        { task, provider: answer.model.provider, model: answer.model.model },
        answer.items,
      );
      return answer;
    } catch (error) {
      tell(outcomeOf(error));
      throw error;
    }
  };

/** `refused`: no model can be asked this. `busy`: there was no room. `given_up`: nobody waited for it any more. */
const outcomeOf = (error: unknown): string => {
  if (!(error instanceof MediaFlowError)) return 'failed';
  if (error.kind === 'invalid' || error.kind === 'unauthorized') return 'refused';
  if (error.kind === 'too-many') return 'busy';
  return ['inference_given_up', 'lease_lost', 'cancelled', 'shutting_down'].includes(error.code)
    ? 'given_up'
    : 'failed';
};

const tellModel = (span: Span | undefined, { provider, model, version }: ModelIdentity): void =>
  span?.set({
    ...{ 'gen_ai.provider.name': provider, 'gen_ai.response.model': model },
    'mediaflow.model.version': version,
  });
