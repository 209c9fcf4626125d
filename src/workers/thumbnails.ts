import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { VideoTools } from '../core/video-tools.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';

/** Makes the storyboard, and for plans of earlier releases the poster beside it. */
export const thumbnailsWorker = ({
  blobs,
  tools,
}: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
}) =>
  stepWorker({
    step: 'thumbnails',
    concurrency: 1,
    async run({ blobKey, video, durationSeconds, posterIsApart }, held, context) {
      const { workFolder, signal } = context;
      const outputFolder = join(workFolder, 'thumbnails');
      await mkdir(outputFolder);
      const inputPath = await blobs.localFile(blobKey, workFolder);
      const request = { inputPath, outputFolder, video, durationSeconds, signal };
      const poster = posterIsApart ? null : await tools.poster(request);
      const storyboard = await tools.storyboard(request);
      const blobPrefix = await keepOutput(blobs, { held, what: 'thumbnails', folder: outputFolder, context });
      return [
        {
          type: 'RecordThumbnails',
          data: {
            ...held,
            poster: poster && { blobKey: `${blobPrefix}/${poster.file}`, atSeconds: poster.atSeconds },
            storyboard: { blobPrefix, ...storyboard, sprites: [...storyboard.sprites] },
          },
        },
      ];
    },
  });
