/** Read in the inference thread alone: relative imports end in `.ts`, so that Node runs it from source as well as from the build. */
import type { InferenceTask } from '../../core/inference/task-table.js';
import type { RgbImage } from '../../core/video-tools.js';

/** Does one part of a task, as `local-tasks.ts` splits it. */
export type DoPart = (part: never) => unknown;

/** Loads a model when its first part comes; of a task that has none here there is nothing. A package is loaded by those alone who use it. */
export const threadTasks: { readonly [Task in InferenceTask]: (() => Promise<DoPart>) | undefined } = {
  async moderateFrames() {
    const { loadModerationModel } = await import('./moderation-model.ts');
    return (await loadModerationModel()) satisfies (image: RgbImage) => unknown;
  },
  async tagFrames() {
    const { loadDetectionModel } = await import('./detection-model.ts');
    return (await loadDetectionModel()) satisfies (image: RgbImage) => unknown;
  },
  async readText() {
    const { loadTextReader } = await import('./text/text-reader.ts');
    return (await loadTextReader()) satisfies (image: RgbImage) => unknown;
  },
  async transcribe() {
    const { loadTranscriber } = await import('./speech/transcriber.ts');
    return loadTranscriber();
  },
  async generateMetadata() {
    return (await import('./lexical/lexical-metadata.ts')).lexicalMetadata;
  },
  rankCandidates: undefined,
};
