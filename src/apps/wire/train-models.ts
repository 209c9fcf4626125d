import { MediaFlowError } from '../../core/errors.js';
import type { Readers } from '../../core/readers/index.js';
import { NO_REQUEST } from '../../core/request-origin.js';
import { systemClock } from '../../runtime/clock.js';
import type { OrderedByItself } from '../../training/due-training.js';
import { trainByPolicy } from '../../training/train-by-policy.js';
import type { PartContext } from './part.js';

/** Has the model of recommendations trained anew when it is due, as configured. */
export async function trainModels(
  { models, viewerActivity }: Pick<Readers, 'models' | 'viewerActivity'>,
  { config, execute, logger, stopping }: Pick<PartContext, 'config' | 'execute' | 'logger' | 'stopping'>,
): Promise<void> {
  const { trainingSeconds, newActivityShare } = config.recommender;
  if (trainingSeconds === undefined) return;

  async function order({ modelId, ...due }: OrderedByItself & { readonly modelId: string }): Promise<void> {
    const data = {
      ...({ modelId, name: 'recommender', source: 'views', upTo: null, isEvaluated: false } as const),
      ...due,
    };
    await execute({
      ...{ commandId: modelId, correlationId: modelId, causationId: null, actor: 'training' },
      ...NO_REQUEST,
      command: { type: 'RequestModelTraining', data },
    }).catch((error: unknown) => {
      // Another process was first.
      if (!(error instanceof MediaFlowError && error.code === 'model_exists')) throw error;
    });
  }

  await trainByPolicy({
    ...{ models, viewerActivity, order, intervalSeconds: trainingSeconds, newActivityShare },
    ...{ clock: systemClock, logger, signal: stopping },
  });
}
