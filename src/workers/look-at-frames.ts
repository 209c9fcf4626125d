import type { BlobStore } from '../core/blob-store.js';
import type { SampledFrame } from '../core/video-tools.js';
import type { VisionModels } from '../core/vision.js';
import type { WorkerContext } from '../core/worker.js';
import type { AttemptOf } from '../domain/media/media-commands.js';
import { keepOutput } from './keep-output.js';

/** Has the models look at frames, and keeps these for people. */
export async function lookAtFrames(
  { blobs, vision }: { readonly blobs: BlobStore; readonly vision: VisionModels },
  of: {
    readonly held: AttemptOf;
    readonly frames: readonly SampledFrame[];
    /** Where the frames lie. */
    readonly jpegFolder: string;
    readonly context: WorkerContext;
  },
) {
  const { held, frames, jpegFolder, context } = of;
  const { model, labels } = await vision.moderate(
    frames.map((frame) => frame.image),
    context.signal,
  );
  const blobPrefix = await keepOutput(blobs, { held, what: 'frames', folder: jpegFolder, context });
  return {
    model,
    frames: frames.flatMap(({ atSeconds, pick, jpegFile }, index) => {
      const seen = labels[index];
      return seen ? [{ atSeconds, pick, blobKey: `${blobPrefix}/${jpegFile}`, labels: { ...seen } }] : [];
    }),
  };
}
