import type { BlobStore } from '../core/blob-store.js';
import type { SampledFrame } from '../core/video-tools.js';
import type { VisionModels } from '../core/vision.js';
import type { WorkerContext } from '../core/worker.js';
import type { AttemptOf, MediaCommandOf } from '../domain/media/media-commands.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy.js';
import { keepOutput } from './keep-output.js';

/** Has the models look at frames, keeps these for people, and gives the command that tells of both. */
export async function judgeFrames(
  dependencies: {
    readonly blobs: BlobStore;
    readonly vision: VisionModels;
    readonly policy: ModerationPolicy;
  },
  of: {
    readonly held: AttemptOf;
    readonly frames: readonly SampledFrame[];
    readonly missedParts: number;
    /** Where the frames lie. */
    readonly jpegFolder: string;
    readonly context: WorkerContext;
  },
): Promise<MediaCommandOf<'RecordModeration'>> {
  const { blobs, vision, policy } = dependencies;
  const { held, frames, missedParts, jpegFolder, context } = of;
  const { model, labels } = await vision.moderate(
    frames.map((frame) => frame.image),
    context.signal,
  );
  const blobPrefix = await keepOutput(blobs, { held, what: 'frames', folder: jpegFolder, context });
  return {
    type: 'RecordModeration',
    data: {
      ...held,
      model,
      policy,
      missedParts,
      frames: frames.flatMap(({ atSeconds, pick, jpegFile }, index) => {
        const seen = labels[index];
        return seen ? [{ atSeconds, pick, blobKey: `${blobPrefix}/${jpegFile}`, labels: { ...seen } }] : [];
      }),
    },
  };
}
