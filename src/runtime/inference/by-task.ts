import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { InferenceTask } from '../../core/inference/task-table.js';

/** Each task by whoever is named for it. */
export const byTask = (clients: Readonly<Record<InferenceTask, InferenceClient>>): InferenceClient => ({
  infer: (task, request, options) => clients[task].infer(task, request, options),
  async close() {
    await Promise.all([...new Set(Object.values(clients))].map((client) => client.close()));
  },
});
