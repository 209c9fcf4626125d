import type { InferenceTask } from '../../core/inference/task-table.js';
import type { ModelFilesError } from './verified-files.js';

/** One part of a task to the thread; parts are answered in the order in which they come. */
export interface InferencePart {
  readonly task: InferenceTask;
  /** What the task's row splits a request into. */
  readonly part: unknown;
}

/** The thread's answer. A failure is one the thread survives; a crash ends the thread instead. */
export type InferenceReply = PartAnswer | { readonly failure: InferenceFailure };

export interface PartAnswer {
  readonly answer: unknown;
  /** Tensors alive in the thread; grows only when a model is loaded. */
  readonly tensorCount: number;
}

export type InferenceFailure =
  | { readonly kind: 'unavailable'; readonly code: ModelFilesError['code']; readonly message: string }
  | { readonly kind: 'internal'; readonly code: 'inference_failed'; readonly message: string };
