import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { VideoTools } from '../core/video-tools.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { planModerationSampling } from '../domain/media/moderation-sampling.js';
import { lookAtFrames } from './look-at-frames.js';
import { stepWorker } from './step-worker.js';

const MAXIMUM_SIDE_PIXELS = 480;

/** Looks at frames at times nobody can foresee; the policy, not the model, decides what follows. */
export const moderateWorker = (dependencies: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
  readonly inference: InferenceClient;
  readonly policy: ModerationPolicy;
  /** 0..1, below 1, such that no uploader can foresee it. */
  readonly random: () => number;
}) =>
  stepWorker({
    step: 'moderate',
    concurrency: 1,
    async run({ blobKey, video, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const { blobs, tools, policy, random } = dependencies;
      const jpegFolder = join(workFolder, 'frames');
      await mkdir(jpegFolder);
      const { frames, missedParts } = await tools.sampleFrames({
        inputPath: await blobs.localFile(blobKey, workFolder),
        video,
        durationSeconds,
        ...planModerationSampling(durationSeconds),
        random,
        maximumSidePixels: MAXIMUM_SIDE_PIXELS,
        jpegFolder,
        signal,
      });
      const seen = await lookAtFrames(dependencies, { held, frames, jpegFolder, context });
      return [{ type: 'RecordModeration', data: { ...held, ...seen, policy, missedParts } }];
    },
  });
