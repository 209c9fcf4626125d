import { MediaFlowError } from '../../core/errors.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { InferenceTask } from '../../core/inference/task-table.js';

/** A client, and what it is called in the log. */
export interface NamedClient {
  readonly name: string;
  readonly client: InferenceClient;
}

/** Told of each that did not answer, and of whose turn it is then. */
export type TellFallback = (task: InferenceTask, name: string, error: unknown) => void;

/** Whether nobody else would answer it either. */
export const isOfRequest = (error: unknown): boolean =>
  error instanceof MediaFlowError &&
  ['invalid_image', 'image_too_large', 'inference_request_too_large'].includes(error.code);

/** Asks one after the other until one answers; rejects with what the last said. */
export const inOrder = (clients: readonly NamedClient[], tell: TellFallback): InferenceClient => ({
  async infer(task, request, options) {
    let last: unknown;
    for (const { name, client } of clients) {
      try {
        return await client.infer(task, request, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (isOfRequest(error)) throw error;
        last = error;
        tell(task, name, error);
      }
    }
    throw last;
  },
  async close() {
    await Promise.all(clients.map(({ client }) => client.close()));
  },
});
