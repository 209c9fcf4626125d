import type { TrainedModel, TrainingOrder } from '../../core/model-trainer.js';
import { type Examples, type HeadVersion, trainHead } from './head.ts';
import { headToBlob } from './head-blob.ts';

export interface HeadOrder extends TrainingOrder, Omit<HeadVersion, 'code'> {
  readonly name: 'moderation-head';
  readonly examples: Examples;
}

/** Takes some seconds of a processor for a thousand decisions. It is always measured: one that is not cannot be trusted. */
export function trainHeadToBlob({ examples, name: _, ...version }: HeadOrder): TrainedModel {
  const { head, evaluation } = trainHead(examples, version);
  const rejected = examples.isRejected.filter((is) => is).length;
  const { auc, aucError } = evaluation;
  const { margin } = version.parameters;
  const isBetter = auc - 2 * aucError >= 0.5 + margin;
  return {
    ...{ version: head.version, blob: headToBlob(head) },
    learnt: {
      ...{ items: examples.mediaIds.length, approved: examples.mediaIds.length - rejected, rejected },
    },
    evaluation: { ...evaluation },
    withheld: isBetter
      ? null
      : {
          code: 'no_better_than_chance',
          message: `On what was held out it is hardly better than chance: it tells a rejected item from an approved one ${percent(auc)} of the time, give or take ${percent(2 * aucError)}, and ${percent(0.5 + margin)} has to be sure.`,
        },
  };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
