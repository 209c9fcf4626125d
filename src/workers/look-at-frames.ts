import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { SampledFrame } from '../core/video-tools.js';
import type { WorkerContext } from '../core/worker.js';
import type { AttemptOf } from '../domain/media/media-commands.js';
import { embeddingOf } from './embedding-of.js';
import { keepOutput } from './keep-output.js';

/** Has the models look at frames, and keeps these for people. */
export async function lookAtFrames(
  { blobs, inference }: { readonly blobs: BlobStore; readonly inference: InferenceClient },
  of: {
    readonly held: AttemptOf;
    readonly frames: readonly SampledFrame[];
    /** Where the frames lie. */
    readonly jpegFolder: string;
    readonly context: WorkerContext;
  },
) {
  const { held, frames, jpegFolder, context } = of;
  const images = frames.map((frame) => frame.image);
  const { model, answer } = await inference.infer('moderateFrames', { images }, { signal: context.signal });
  const blobPrefix = await keepOutput(blobs, { held, what: 'frames', folder: jpegFolder, context });
  return {
    model,
    embedding: embeddingOf(frames, answer, model.provider),
    frames: frames.flatMap(({ atSeconds, pick, jpegFile }, index) => {
      const seen = answer.labels[index];
      return seen ? [{ atSeconds, pick, blobKey: `${blobPrefix}/${jpegFile}`, labels: { ...seen } }] : [];
    }),
  };
}
