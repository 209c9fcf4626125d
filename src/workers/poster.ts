import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { VideoTools } from '../core/video-tools.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';

/** Draws the poster that an item is published with. */
export const posterWorker = ({ blobs, tools }: { readonly blobs: BlobStore; readonly tools: VideoTools }) =>
  stepWorker({
    step: 'poster',
    concurrency: 1,
    async run({ blobKey, video, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const outputFolder = join(workFolder, 'poster');
      await mkdir(outputFolder);
      const inputPath = await blobs.localFile(blobKey, workFolder);
      const request = { inputPath, outputFolder, video, durationSeconds, signal };
      const { file, ...told } = await tools.poster(request);
      const blobPrefix = await keepOutput(blobs, { held, what: 'poster', folder: outputFolder, context });
      const poster = { blobKey: `${blobPrefix}/${file}`, ...told };
      return [{ type: 'RecordPoster', data: { ...held, poster } }];
    },
  });
