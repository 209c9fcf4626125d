import { checkRequest } from '../core/inference/check-request.js';
import type { InferenceClient, ModelIdentity } from '../core/inference/inference-client.js';
import { inferenceTasks } from '../core/inference/task-table.js';
import { inSpan, type Span, type Tracer } from '../core/tracer.js';

/** Models of which each request is a span of the job that makes it, and says which model answered. */
export function observeInference(inference: InferenceClient, tracer: Tracer): InferenceClient {
  return {
    ...inference,
    async infer(task, request, options) {
      const { does, unit } = inferenceTasks[task];
      const { items } = checkRequest(task, request);
      const span = tracer.start(does, {
        parent: tracer.current(),
        attributes: { [`mediaflow.inference.${unit}`]: items },
      });
      return inSpan(span, async () => {
        const inferred = await inference.infer(task, request, options);
        tellModel(span, inferred.model);
        return inferred;
      });
    },
  };
}

const tellModel = (span: Span | undefined, { provider, model, version }: ModelIdentity): void =>
  span?.set({
    ...{ 'gen_ai.provider.name': provider, 'gen_ai.response.model': model },
    'mediaflow.model.version': version,
  });
