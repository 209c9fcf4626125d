import { unsupported } from '../../core/errors.js';
import { checkRequest } from '../../core/inference/check-request.js';
import type { InferenceClient, Inferred } from '../../core/inference/inference-client.js';
import type { InferenceTask, RequestOf } from '../../core/inference/task-table.js';

/** What a provider does, by task. */
export type TaskFunctions = {
  readonly [Task in InferenceTask]?: (
    request: RequestOf<Task>,
    signal: AbortSignal,
  ) => Promise<Inferred<Task>>;
};

/** A provider as a client of inference; of a task that it does not do it says so. */
export const providerClient = (name: string, tasks: TaskFunctions): InferenceClient => ({
  async infer(task, request, { signal }) {
    const ask = tasks[task] as
      | ((request: unknown, signal: AbortSignal) => Promise<Inferred<typeof task>>)
      | undefined;
    if (!ask) throw unsupported('inference_task_missing', `${name} is not asked for ${task}.`);
    checkRequest(task, request);
    signal.throwIfAborted();
    return ask(request, signal);
  },
  async close() {},
});

/** Asked at once of one request: a film's frames take seconds, and no server takes us for an attack. */
const AT_ONCE = 4;

/**
 * Does the work for each item, a few at a time, and gives the results in order. The first that fails ends it, once those beside it have
 * ended too: what they come to is paid for.
 */
export async function fewAtATime<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    const begun = items.slice(first, first + AT_ONCE).map(work);
    await Promise.allSettled(begun);
    results.push(...(await Promise.all(begun)));
  }
  return results;
}
