import type { BlobStore } from '../core/blob-store.js';
import { unsupported } from '../core/errors.js';
import type { VideoTools } from '../core/video-tools.js';
import { NO_PICTURE } from '../domain/media/steps/plan-processing.js';
import { stepWorker } from './step-worker.js';

/** Finds out what an uploaded file is. */
export const probeWorker = ({ blobs, tools }: { readonly blobs: BlobStore; readonly tools: VideoTools }) =>
  stepWorker({
    step: 'probe',
    concurrency: 2,
    async run({ blobKey }, held, { workFolder, signal }) {
      const probe = await tools.probe(await blobs.localFile(blobKey, workFolder), signal);
      if (!probe.video) throw unsupported(NO_PICTURE.code, NO_PICTURE.message);
      return [
        {
          type: 'RecordProbe',
          data: {
            ...held,
            probe: {
              ...probe,
              audio: [...probe.audio],
              subtitles: [...probe.subtitles],
              leftOut: [...probe.leftOut],
            },
          },
        },
      ];
    },
  });
