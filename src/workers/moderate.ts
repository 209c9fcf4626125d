import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { VideoTools } from '../core/video-tools.js';
import type { VisionModels } from '../core/vision.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';

const MAXIMUM_FRAMES = 20;
const MAXIMUM_SIDE_PIXELS = 480;

/** Looks at frames spread over the whole item; the policy, not the model, decides what follows. */
export const moderateWorker = (dependencies: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
  readonly vision: VisionModels;
  readonly policy: ModerationPolicy;
}) =>
  stepWorker({
    step: 'moderate',
    concurrency: 1,
    async run({ blobKey, video, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const { blobs, tools, vision, policy } = dependencies;
      const jpegFolder = join(workFolder, 'frames');
      await mkdir(jpegFolder);
      const frames = await tools.sampleFrames({
        inputPath: await blobs.localFile(blobKey, workFolder),
        video,
        durationSeconds,
        maximumFrames: MAXIMUM_FRAMES,
        maximumSidePixels: MAXIMUM_SIDE_PIXELS,
        jpegFolder,
        signal,
      });
      const { model, scores } = await vision.moderate(
        frames.map((frame) => frame.image),
        signal,
      );
      const blobPrefix = await keepOutput(blobs, { held, what: 'frames', folder: jpegFolder, context });
      return [
        {
          type: 'RecordModeration',
          data: {
            ...held,
            model,
            policy,
            frames: frames.flatMap(({ atSeconds }, index) => {
              const frameScores = scores[index];
              const blobKeyOfFrame = `${blobPrefix}/frame-${String(index).padStart(3, '0')}.jpg`;
              return frameScores ? [{ atSeconds, blobKey: blobKeyOfFrame, scores: frameScores }] : [];
            }),
          },
        },
      ];
    },
  });
