import type { TrainingOrder } from '../../core/model-trainer.js';
import type { WorkerContext } from '../../core/worker.js';
import type { JobPayload } from '../../domain/jobs.js';

/** What a model of some kind is to be trained of, or why there is nothing to train one of. */
export type Learnt =
  | {
      readonly order: TrainingOrder;
      /** Beside what the training counts itself. */
      readonly counts: Readonly<Record<string, number>>;
    }
  | { readonly refused: { readonly code: string; readonly message: string } };

/** A kind of model: what it learns, gathered as a job is told. How it is trained of that is in `training/trainers.ts`. */
export type ModelBuilder = (payload: JobPayload<'train'>, context: WorkerContext) => Promise<Learnt>;

/** Every model of the same history is the same. */
export const SEED = 1;
