import type { AnswerOf, InferenceTask, RequestOf } from '../../core/inference/task-table.js';

/** How a task goes over the wire whose requests are frames: one message each, and one answer when the last has come. */
export interface FramesOnWire<Task extends InferenceTask> {
  readonly kind: 'frames';
  readonly method: string;
  /** What is said of each frame. */
  toWire(answer: AnswerOf<Task>): readonly object[];
  /** Held to the task's schema by whoever asks. */
  fromWire(frames: readonly object[]): unknown;
}

/** How one goes over the wire whose request is one message. */
export interface MessageOnWire<Task extends InferenceTask> {
  readonly kind: 'message';
  readonly method: string;
  ask(request: RequestOf<Task>): object;
  /** Throws `invalid` of what is no request. */
  asked(message: object): RequestOf<Task>;
  toWire(answer: AnswerOf<Task>): object;
  /** Held to the task's schema by whoever asks. */
  fromWire(message: object): unknown;
}

export type OnWire<Task extends InferenceTask> = FramesOnWire<Task> | MessageOnWire<Task>;
