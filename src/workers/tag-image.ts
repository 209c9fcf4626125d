import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { PictureTools } from '../core/picture-tools.js';
import { stepWorker } from './step-worker.js';
import { tagFrames } from './tag-frames.js';

const FRAMES = 8;
/** In the middle of its part, so that the same animation always has the same tags. */
const MIDDLE = 0.5;
const MAXIMUM_SIDE_PIXELS = 640;

/** Finds out what is to be seen in a picture. */
export const tagImageWorker = (dependencies: {
  readonly blobs: BlobStore;
  readonly pictures: PictureTools;
  readonly inference: InferenceClient;
}) =>
  stepWorker({
    step: 'tag-image',
    concurrency: 1,
    async run({ blobKey, image, durationSeconds }, held, { workFolder, signal }) {
      const { blobs, pictures, inference } = dependencies;
      const frames = await pictures.sampleFrames({
        inputPath: await blobs.localFile(blobKey, workFolder),
        ...{ frameCount: image.frameCount, durationSeconds, frames: FRAMES, random: () => MIDDLE },
        ...{ maximumSidePixels: MAXIMUM_SIDE_PIXELS, signal },
      });
      return [await tagFrames(inference, { held, frames, durationSeconds, signal })];
    },
  });
