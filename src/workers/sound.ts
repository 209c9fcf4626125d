import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { SoundTools } from '../core/sound-tools.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';
import { throttledProgress } from './throttled-progress.js';

/** Hearing it once is this much of the work. */
const HEARING_SHARE = 0.2;

/** Hears sound alone, and makes it as loud as all other in everything it is served as. */
export const soundWorker = ({ blobs, tools }: { readonly blobs: BlobStore; readonly tools: SoundTools }) =>
  stepWorker({
    step: 'sound',
    concurrency: 1,
    async run({ blobKey, rungs, audio, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const folder = join(workFolder, 'sound');
      await mkdir(folder);
      const tell = throttledProgress(held, context);
      const request = {
        inputPath: await blobs.localFile(blobKey, workFolder),
        outputFolder: folder,
        ...{ audio, durationSeconds, signal },
      };
      const { measurement, waveform } = await tools.measureSound({
        ...request,
        onProgress: ({ fraction }) => tell({ fraction: fraction * HEARING_SHARE }),
      });
      const { renditions, download } = await tools.encodeSound({
        ...request,
        ...{ rungs, measurement },
        onProgress: ({ fraction }) => tell({ fraction: HEARING_SHARE + fraction * (1 - HEARING_SHARE) }),
      });
      const files = await Promise.all(
        [download, waveform].map(async ({ name, details }) => ({
          ...{ name, details, sizeBytes: (await stat(join(folder, name))).size },
        })),
      );
      const blobPrefix = await keepOutput(blobs, { held, what: 'sound', folder, context });
      return [
        {
          type: 'RecordSound',
          data: {
            ...held,
            sound: measurement,
            renditions: renditions.map((rendition) => ({
              ...rendition,
              ...{ width: null, height: null, frameRate: null },
              blobPrefix: `${blobPrefix}/${rendition.name}`,
            })),
            derivatives: files.map((file) => ({ ...file, blobKey: `${blobPrefix}/${file.name}` })),
          },
        },
      ];
    },
  });
