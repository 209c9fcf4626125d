import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { VideoTools } from '../core/video-tools.js';
import { type DrawnStepKind, stepTable } from '../domain/media/steps/step-table.js';
import { keepDerivatives } from './keep-derivatives.js';
import { stepWorker } from './step-worker.js';

interface Dependencies {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
}

/** Does a step that one of the video tools does, of which its row says which. */
export const drawingWorker = (step: DrawnStepKind, { blobs, tools }: Dependencies) =>
  stepWorker({
    step,
    concurrency: 1,
    async run({ blobKey, video, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const folder = join(workFolder, step);
      await mkdir(folder);
      const inputPath = await blobs.localFile(blobKey, workFolder);
      const request = { inputPath, outputFolder: folder, video, durationSeconds, signal };
      const files = [await tools[stepTable[step].drawnBy](request)].flat();
      return [await keepDerivatives(blobs, { held, folder, files, context })];
    },
  });
