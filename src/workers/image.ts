import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { PictureTools } from '../core/picture-tools.js';
import { keepDerivatives } from './keep-derivatives.js';
import { stepWorker } from './step-worker.js';

/** Draws what is shown of a picture, in each of its widths. */
export const imageWorker = ({
  blobs,
  pictures,
}: {
  readonly blobs: BlobStore;
  readonly pictures: PictureTools;
}) =>
  stepWorker({
    step: 'image',
    concurrency: 1,
    async run({ blobKey, widths }, held, context) {
      const { workFolder, signal } = context;
      const folder = join(workFolder, 'drawn');
      await mkdir(folder);
      await mkdir(join(folder, 'image'));
      const inputPath = await blobs.localFile(blobKey, workFolder);
      const files = await pictures.draw({ inputPath, outputFolder: folder, widths, signal });
      return [await keepDerivatives(blobs, { held, folder, files, context })];
    },
  });
