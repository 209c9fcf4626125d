import type { RgbImage } from '../../core/video-tools.js';
import type { ModelFilesError } from './verified-files.js';

export type InferenceTask = 'moderate' | 'detect';

/** One picture to the thread; requests are answered in the order in which they come. */
export interface InferenceRequest {
  readonly task: InferenceTask;
  readonly image: RgbImage;
}

/** The thread's answer. A failure is one the thread survives; a crash ends the thread instead. */
export type InferenceReply = InferenceAnswer | { readonly failure: InferenceFailure };

export interface InferenceAnswer {
  readonly answer: unknown;
  /** Tensors alive in the thread; grows only when a model is loaded. */
  readonly tensorCount: number;
}

export type InferenceFailure =
  | { readonly kind: 'unavailable'; readonly code: ModelFilesError['code']; readonly message: string }
  | { readonly kind: 'internal'; readonly code: 'inference_failed'; readonly message: string };
