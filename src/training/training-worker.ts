/**
 * The training thread's entry. Its relative imports end in `.ts` (the compiler rewrites them), so that Node runs this
 * file and what it imports from source as well as from the build.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { letOthersFirst } from '../files/let-others-first.ts';
import { trainAsOrdered } from './trainers.ts';
import type { TrainingReply, TrainingRequest } from './training-protocol.js';

letOthersFirst();

const reply = (answer: TrainingReply, handedOver: ArrayBuffer[] = []): void =>
  parentPort?.postMessage(answer, handedOver);

try {
  const trained = trainAsOrdered(workerData as TrainingRequest);
  reply({ trained }, [trained.blob.buffer]);
} catch (error) {
  reply({ failure: error instanceof Error ? error.message : String(error) });
}
