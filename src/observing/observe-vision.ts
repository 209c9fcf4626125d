import { inSpan, type Span, type Tracer } from '../core/tracer.js';
import type { ModelIdentity, VisionModels } from '../core/vision.js';

/** Models of which each call is a span of the job that makes it, and says which model answered. */
export function observeVision(vision: VisionModels, tracer: Tracer): VisionModels {
  const asked = <Answer extends { readonly model: ModelIdentity }>(
    name: string,
    pictures: number,
    ask: () => Promise<Answer>,
  ): Promise<Answer> => {
    const span = tracer.start(name, {
      parent: tracer.current(),
      attributes: { 'mediaflow.inference.pictures': pictures },
    });
    return inSpan(span, async () => {
      const answer = await ask();
      tellModel(span, answer.model);
      return answer;
    });
  };
  return {
    ...vision,
    moderate: (images, signal) =>
      asked('moderate pictures', images.length, () => vision.moderate(images, signal)),
    detect: (images, signal) => asked('detect objects', images.length, () => vision.detect(images, signal)),
  };
}

const tellModel = (span: Span | undefined, { provider, model, version }: ModelIdentity): void =>
  span?.set({
    ...{ 'gen_ai.provider.name': provider, 'gen_ai.response.model': model },
    'mediaflow.model.version': version,
  });
