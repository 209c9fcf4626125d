import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { PictureTools } from '../core/picture-tools.js';
import type { MediaLooksReader } from '../core/readers/media-looks.js';
import type { ModelsReader } from '../core/readers/models.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { lookAtFrames } from './look-at-frames.js';
import { looksOf } from './looks-of.js';
import { judgeByHead } from './models/head-verdict.js';
import { stepWorker } from './step-worker.js';

/** Of an animation: as many as moderation looks at in a video of a minute. */
const FRAMES = 20;
const MAXIMUM_SIDE_PIXELS = 480;
/** Of an animation, by which copies are found: the one in its middle. */
const MIDDLE = 0.5;

/** Looks at a picture, or at frames of an animation that nobody can foresee; the policy decides what follows. */
export const moderateImageWorker = (dependencies: {
  readonly blobs: BlobStore;
  readonly pictures: PictureTools;
  readonly inference: InferenceClient;
  readonly policy: ModerationPolicy;
  readonly models: Pick<ModelsReader, 'current'>;
  readonly mediaLooks: Pick<MediaLooksReader, 'near'>;
  /** 0..1, below 1, such that no uploader can foresee it. */
  readonly random: () => number;
}) => {
  const judge = judgeByHead(dependencies);
  return stepWorker({
    step: 'moderate-image',
    concurrency: 1,
    async run({ blobKey, image, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const { blobs, pictures, policy, random } = dependencies;
      const jpegFolder = join(workFolder, 'frames');
      await mkdir(jpegFolder);
      const picture = {
        inputPath: await blobs.localFile(blobKey, workFolder),
        ...{ frameCount: image.frameCount, durationSeconds, signal, maximumSidePixels: MAXIMUM_SIDE_PIXELS },
      };
      const frames = await pictures.sampleFrames({ ...picture, frames: FRAMES, random, jpegFolder });
      const seen = await lookAtFrames(dependencies, { held, frames, jpegFolder, context });
      const same =
        image.frameCount > 1
          ? await pictures.sampleFrames({ ...picture, frames: 1, random: () => MIDDLE })
          : frames;
      const looks = await looksOf(dependencies.mediaLooks, {
        ...{ mediaId: held.mediaId, kind: 'image', frames: same.slice(0, 1) },
      });
      const head = await judge(seen.embedding, context.logger);
      return [
        { type: 'RecordModeration', data: { ...held, ...seen, policy, head, missedParts: 0, ...looks } },
      ];
    },
  });
};
