/**
 * The inference thread's entry. Its relative imports end in `.ts` (the compiler rewrites them), so that Node runs this
 * file and what it imports from source as well as from the build.
 */
import { parentPort } from 'node:worker_threads';
import type { InferenceTask } from '../../core/inference/task-table.js';
import { letOthersFirst } from '../../files/let-others-first.ts';
import type { InferenceFailure, InferencePart, InferenceReply } from './inference-protocol.js';
import { alive } from './tensors-alive.ts';
import { type DoPart, threadTasks } from './thread-tasks.ts';
import { ModelFilesError } from './verified-files.ts';

letOthersFirst();

const loaded = new Map<InferenceTask, DoPart>();

/** Loads at the first call; a failure is forgotten, so that the next call tries again. */
async function modelFor(task: InferenceTask): Promise<DoPart> {
  const known = loaded.get(task) ?? (await threadTasks[task]?.());
  if (!known) throw new Error(`No model here does ${task}.`);
  loaded.set(task, known);
  return known;
}

const failureOf = (error: unknown): InferenceFailure => {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof ModelFilesError
    ? { kind: 'unavailable', code: error.code, message }
    : { kind: 'internal', code: 'inference_failed', message };
};

const replyTo = async ({ task, part }: InferencePart): Promise<InferenceReply> => {
  try {
    const doPart = await modelFor(task);
    return { answer: await doPart(part as never), tensorCount: alive.tensors() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
};

parentPort?.on('message', async (part: InferencePart) => {
  parentPort?.postMessage(await replyTo(part));
});
