import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { PictureTools } from '../core/picture-tools.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { readText } from './read-text.js';
import { stepWorker } from './step-worker.js';

/** Of an animation. */
const FRAMES = 8;
/** In the middle of its part, so that the same animation always says the same. */
const MIDDLE = 0.5;
/** A photographed page can be read in so many, and 96 MB are all that eight of them take. */
const MAXIMUM_SIDE_PIXELS = 2000;

/** Reads what stands in a picture, for the search. */
export const textImageWorker = (dependencies: {
  readonly blobs: BlobStore;
  readonly pictures: PictureTools;
  readonly inference: InferenceClient;
  readonly policy: ModerationPolicy;
}) =>
  stepWorker({
    step: 'text-image',
    concurrency: 1,
    async run({ blobKey, image, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const { blobs, pictures } = dependencies;
      const folder = join(workFolder, 'read');
      await mkdir(folder);
      const frames = await pictures.sampleFrames({
        inputPath: await blobs.localFile(blobKey, workFolder),
        ...{ frameCount: image.frameCount, durationSeconds, frames: FRAMES, random: () => MIDDLE },
        ...{ maximumSidePixels: MAXIMUM_SIDE_PIXELS, signal },
      });
      return [await readText(dependencies, { held, frames, folder, context })];
    },
  });
