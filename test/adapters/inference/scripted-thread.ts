/** A stand-in for the inference thread that does what its part says. */
import { parentPort, threadId } from 'node:worker_threads';
import type { InferencePart, InferenceReply } from '../../../src/adapters/inference/inference-protocol.js';

let answered = 0;

const behaviours: Record<number, () => InferenceReply | undefined> = {
  0: () => ({ answer: { threadId, order: ++answered }, tensorCount: 0 }),
  1: () => {
    throw new Error('scripted crash');
  },
  2: () => undefined,
  3: () => ({ failure: { kind: 'unavailable', code: 'model_corrupt', message: 'scripted failure' } }),
  4: () => process.exit(7),
};

parentPort?.on('message', ({ part }: InferencePart) => {
  const reply = behaviours[part as number]?.();
  if (reply) parentPort?.postMessage(reply);
});
