import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MediaFlowError, messageOf, unavailable } from '../core/errors.js';
import type { ModelTrainer, TrainedModel, TrainingOrder } from '../core/model-trainer.js';
import { arraysIn } from './trainers.js';
import type { TrainingReply } from './training-protocol.js';

/** Beside this file, from source and from the build alike. */
const trainingWorkerEntry = new URL(`./training-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Trains each model in a thread of its own, which ends with it: nothing is kept between trainings, and the main thread has
 * nothing to do meanwhile. `entry` is the thread's script.
 */
export function createTrainingThread({
  entry = trainingWorkerEntry,
}: {
  readonly entry?: URL;
} = {}): ModelTrainer {
  const running = new Set<(error: unknown) => Promise<void>>();

  function train(order: TrainingOrder, signal: AbortSignal): Promise<TrainedModel> {
    const { promise, resolve, reject } = Promise.withResolvers<TrainedModel>();
    // Training needs neither the process's flags (loaders, inspectors) nor its environment (secrets).
    const worker = new Worker(entry, {
      ...{ name: 'training', execArgv: [], env: {} },
      workerData: order,
      transferList: arraysIn(order),
    });
    const end = async (error: unknown): Promise<void> => {
      reject(error);
      await worker.terminate();
    };
    const abort = () => void end(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', (reply: TrainingReply) => {
      if ('trained' in reply) resolve(reply.trained);
      else reject(new MediaFlowError('internal', 'training_failed', `Training failed: ${reply.failure}`));
    });
    const lost = (why: string) =>
      reject(unavailable('training_crashed', `The training thread was lost: ${why}.`));
    worker.on('error', (error) => lost(messageOf(error)));
    worker.on('exit', (code) => lost(`it exited with code ${code}`));
    running.add(end);
    return promise.finally(() => {
      running.delete(end);
      signal.removeEventListener('abort', abort);
    });
  }

  return {
    async train(order, signal) {
      signal.throwIfAborted();
      return train(order, signal);
    },
    async close() {
      const error = unavailable('training_closed', 'Training was ended.');
      await Promise.all([...running].map((end) => end(error)));
    },
  };
}
