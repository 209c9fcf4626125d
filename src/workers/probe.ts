import type { BlobStore } from '../core/blob-store.js';
import { unsupported } from '../core/errors.js';
import type { VideoTools } from '../core/video-tools.js';
import { takenAs } from '../domain/media/kinds/kind-table.js';
import type { Probe } from '../domain/media/media-values.js';
import { stepWorker } from './step-worker.js';

/** Finds out what an uploaded file is. */
export const probeWorker = ({ blobs, tools }: { readonly blobs: BlobStore; readonly tools: VideoTools }) =>
  stepWorker({
    step: 'probe',
    concurrency: 2,
    async run({ blobKey }, held, { workFolder, signal }) {
      const found = await tools.probe(await blobs.localFile(blobKey, workFolder), signal);
      const probe: Probe = {
        ...found,
        photo: found.photo && { ...found.photo, keywords: [...found.photo.keywords] },
        audio: [...found.audio],
        subtitles: [...found.subtitles],
        leftOut: [...found.leftOut],
      };
      const { refusal } = takenAs(probe);
      if (refusal) throw unsupported(refusal.code, refusal.message);
      return [{ type: 'RecordProbe', data: { ...held, probe } }];
    },
  });
