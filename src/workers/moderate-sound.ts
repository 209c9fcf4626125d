import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { VideoTools } from '../core/video-tools.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { lookAtFrames } from './look-at-frames.js';
import { stepWorker } from './step-worker.js';

const MAXIMUM_SIDE_PIXELS = 480;

/** Looks at the cover art of sound like at a frame; to the sound itself nobody listens yet, and the policy says what follows. */
export const moderateSoundWorker = ({
  blobs,
  tools,
  inference,
  policy,
}: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
  readonly inference: InferenceClient;
  readonly policy: ModerationPolicy;
}) =>
  stepWorker({
    step: 'moderate-sound',
    concurrency: 1,
    async run({ blobKey, cover }, held, context) {
      if (!cover) return [{ type: 'RecordSoundModeration', data: { ...held, seen: null, policy } }];
      const { workFolder, signal } = context;
      const jpegFolder = join(workFolder, 'frames');
      await mkdir(jpegFolder);
      const { frames } = await tools.sampleFrames({
        inputPath: await blobs.localFile(blobKey, workFolder),
        video: cover,
        durationSeconds: 0,
        ...{ spreadFrames: 1, unlikeFrames: 0, random: () => 0 },
        maximumSidePixels: MAXIMUM_SIDE_PIXELS,
        ...{ jpegFolder, signal },
      });
      const seen = await lookAtFrames(
        { blobs, inference },
        { held, frames: frames.map((frame) => ({ ...frame, atSeconds: 0 })), jpegFolder, context },
      );
      return [{ type: 'RecordSoundModeration', data: { ...held, seen, policy } }];
    },
  });
