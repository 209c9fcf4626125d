import { invalid } from '../errors.js';
import type { TaskRow } from './task-row.js';
import { type InferenceTask, inferenceTasks, type RequestOf } from './task-table.js';

type AnyRow = TaskRow<never, never> & { sizeOf(request: unknown): { items: number; bytes: number } };

/** How much a request asks for. Throws `invalid`: what the task says of its own requests, or `inference_request_too_large`. */
export function checkRequest<Task extends InferenceTask>(
  task: Task,
  request: RequestOf<Task>,
): { readonly items: number; readonly bytes: number } {
  const { request: schema, limits, unit } = inferenceTasks[task];
  schema.parse(request);
  const size = (inferenceTasks[task] as unknown as AnyRow).sizeOf(request);
  if (size.items > limits.maximumItems || size.bytes > limits.maximumBytes) {
    throw invalid(
      'inference_request_too_large',
      `A request may have ${limits.maximumItems} ${unit} of ${limits.maximumBytes} bytes in all, not ${size.items} of ${size.bytes}.`,
    );
  }
  return size;
}
