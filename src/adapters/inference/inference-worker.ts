/**
 * The inference thread's entry. Its relative imports end in `.ts` (the compiler rewrites them), so that Node runs this
 * file and what it imports from source as well as from the build.
 */
import { parentPort } from 'node:worker_threads';
import { enableProdMode, memory, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { loadDetectionModel } from './detection-model.ts';
import type { InferenceFailure, InferenceReply, InferenceRequest } from './inference-protocol.js';
import { letOthersFirst } from './let-others-first.ts';
import { loadModerationModel } from './moderation-model.ts';
import { ModelFilesError } from './verified-files.ts';

letOthersFirst();

enableProdMode();
if (!(await setBackend('wasm'))) throw new Error('the WebAssembly backend does not start');

/** Loads at the first call; a failure is forgotten, so that the next call tries again. */
const onFirstUse = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loaded: T | undefined;
  return async () => {
    loaded ??= await load();
    return loaded;
  };
};

const models = { moderate: onFirstUse(loadModerationModel), detect: onFirstUse(loadDetectionModel) };

const failureOf = (error: unknown): InferenceFailure => {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof ModelFilesError
    ? { kind: 'unavailable', code: error.code, message }
    : { kind: 'internal', code: 'inference_failed', message };
};

const replyTo = async ({ task, image }: InferenceRequest): Promise<InferenceReply> => {
  try {
    const infer = await models[task]();
    return { answer: infer(image), tensorCount: memory().numTensors };
  } catch (error) {
    return { failure: failureOf(error) };
  }
};

parentPort?.on('message', async (request: InferenceRequest) => {
  parentPort?.postMessage(await replyTo(request));
});
