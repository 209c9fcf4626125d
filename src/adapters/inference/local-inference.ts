import { extname } from 'node:path';
import { unsupported } from '../../core/errors.js';
import { checkRequest } from '../../core/inference/check-request.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import { createInferenceThread, type InferenceThread } from './inference-thread.js';
import { answerSeconds, endWithTheirCaller, localTasks, type ThreadName } from './local-tasks.js';

/** Beside this file, from source and from the build alike. */
export const inferenceWorkerEntry = new URL(`./inference-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * The models that ship inside npm packages, on the CPU, in a few threads of this process that come when they are needed and go when
 * they are not: no network, no key. Pictures of any size are scaled to the model's input. Detected objects are sure of at least 0.3,
 * at most 20 a picture, the surest first; raise the bar where the labels are used.
 *
 * Throws MediaFlowError: what `checkRequest` refuses; `inference_task_missing` of kind `unsupported`;
 * `model_missing`, `model_corrupt`, `inference_crashed`, `inference_closed`, all of kind `unavailable`;
 * `inference_failed` of kind `internal`. An aborted call rejects with the signal's reason.
 */
export function createLocalInference(
  options: {
    /** After this long without a request a thread and its models' memory are given back; default 60. */
    readonly idleSeconds?: number;
    readonly logger?: Logger;
  } = {},
): InferenceClient {
  const { idleSeconds = 60, logger = silentLogger } = options;
  const threads = new Map<ThreadName, InferenceThread>();

  const threadOf = (name: ThreadName): InferenceThread => {
    const thread =
      threads.get(name) ??
      createInferenceThread({
        ...{ entry: inferenceWorkerEntry, idleSeconds, logger },
        answerSeconds: answerSeconds[name],
        endsWithItsCaller: endWithTheirCaller.includes(name),
      });
    threads.set(name, thread);
    return thread;
  };

  return {
    async infer(task, request, { signal }) {
      const row = localTasks[task];
      if (!row) throw unsupported('inference_task_missing', `No model that runs here does ${task}.`);
      checkRequest(task, request);
      const thread = threadOf(row.thread);
      const answers: unknown[] = [];
      for (const part of row.split(request)) {
        const { answer } = await thread.run({ task, post: () => row.post(part) }, signal);
        answers.push(answer);
      }
      return { model: row.model, answer: row.join(answers) };
    },
    async close() {
      await Promise.all([...threads.values()].map((thread) => thread.close()));
    },
  };
}
