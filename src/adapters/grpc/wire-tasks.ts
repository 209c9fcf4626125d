import type { AnswerOf, InferenceTask } from '../../core/inference/task-table.js';

/** How a task goes over the wire whose requests are frames: one message each, and one answer when the last has come. */
export interface FramesOnWire<Task extends InferenceTask> {
  readonly method: string;
  /** What is said of each frame. */
  toWire(answer: AnswerOf<Task>): readonly object[];
  /** Held to the task's schema by whoever asks. */
  fromWire(frames: readonly object[]): unknown;
}

interface WireLabels {
  readonly labels: Readonly<Record<string, number>>;
}

interface WireObjects {
  readonly objects: readonly {
    readonly label: string;
    readonly confidence: number;
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  }[];
}

/** Every task over the wire; undefined of one that is done in the process that needs it. */
export const wireTasks: { readonly [Task in InferenceTask]: FramesOnWire<Task> | undefined } = {
  moderateFrames: {
    method: 'ModerateFrames',
    toWire: ({ labels }) => labels.map((each) => ({ labels: each })),
    fromWire: (frames) => ({ labels: (frames as WireLabels[]).map(({ labels }) => labels) }),
  },
  tagFrames: {
    method: 'TagFrames',
    toWire: ({ objects }) =>
      objects.map((found) => ({
        objects: found.map(({ label, confidence, box: [left, top, width, height] }) => ({
          ...{ label, confidence, left, top, width, height },
        })),
      })),
    fromWire: (frames) => ({
      objects: (frames as WireObjects[]).map(({ objects }) =>
        objects.map(({ label, confidence, left, top, width, height }) => ({
          ...{ label, confidence },
          box: [left, top, width, height],
        })),
      ),
    }),
  },
  transcribe: undefined,
};
