import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { VideoTools } from '../core/video-tools.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';

/** Makes the poster and the storyboard. */
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
    async run({ blobKey, video, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const outputFolder = join(workFolder, 'thumbnails');
      await mkdir(outputFolder);
      const inputPath = await blobs.localFile(blobKey, workFolder);
      const made = await tools.thumbnails({ inputPath, outputFolder, video, durationSeconds, signal });
      const blobPrefix = await keepOutput(blobs, { held, what: 'thumbnails', folder: outputFolder, context });
      const {
        posterFile,
        posterAtSeconds,
        sprites,
        columns,
        rows,
        tileWidth,
        tileHeight,
        tileCount,
        intervalSeconds,
      } = made;
      return [
        {
          type: 'RecordThumbnails',
          data: {
            ...held,
            poster: { blobKey: `${blobPrefix}/${posterFile}`, atSeconds: posterAtSeconds },
            storyboard: {
              blobPrefix,
              sprites: [...sprites],
              columns,
              rows,
              tileWidth,
              tileHeight,
              tileCount,
              intervalSeconds,
            },
          },
        },
      ];
    },
  });
