import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { VideoTools } from '../core/video-tools.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';

/** Draws the moving picture that pages show of an item before it is played. */
export const gifWorker = ({ blobs, tools }: { readonly blobs: BlobStore; readonly tools: VideoTools }) =>
  stepWorker({
    step: 'gif',
    concurrency: 1,
    async run({ blobKey, video, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const outputFolder = join(workFolder, 'gif');
      await mkdir(outputFolder);
      const inputPath = await blobs.localFile(blobKey, workFolder);
      const request = { inputPath, outputFolder, video, durationSeconds, signal };
      const { file, startSeconds, sizeBytes } = await tools.previewGif(request);
      const blobPrefix = await keepOutput(blobs, { held, what: 'gif', folder: outputFolder, context });
      const gif = { blobKey: `${blobPrefix}/${file}`, startSeconds, sizeBytes };
      return [{ type: 'RecordPreviewGif', data: { ...held, gif } }];
    },
  });
