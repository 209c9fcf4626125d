import type { BlobStore } from '../core/blob-store.js';
import { unsupported } from '../core/errors.js';
import type { PictureTools } from '../core/picture-tools.js';
import type { VideoTools } from '../core/video-tools.js';
import type { ChunkPolicy } from '../domain/media/chunks.js';
import { takenAs } from '../domain/media/kinds/kind-table.js';
import type { Probe } from '../domain/media/media-values.js';
import { stepWorker } from './step-worker.js';

/** Finds out what an uploaded file is. */
export const probeWorker = ({
  blobs,
  tools,
  pictures,
  chunking,
}: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
  readonly pictures: PictureTools;
  /** Undefined: no film is cut into chunks. */
  readonly chunking?: ChunkPolicy | undefined;
}) =>
  stepWorker({
    step: 'probe',
    concurrency: 2,
    async run({ blobKey }, held, { workFolder, signal }) {
      const inputPath = await blobs.localFile(blobKey, workFolder);
      // Its first bytes say which tools are asked, whatever its sender called it.
      const { chapters, ...found } = (await pictures.isPicture(inputPath))
        ? await pictures.probe({ inputPath, signal })
        : await tools.probe(inputPath, signal);
      const probe: Probe = {
        ...found,
        photo: found.photo && { ...found.photo, keywords: [...found.photo.keywords] },
        audio: [...found.audio],
        subtitles: [...found.subtitles],
        ...(chapters && { chapters: [...chapters] }),
        leftOut: [...found.leftOut],
      };
      const { refusal } = takenAs(probe);
      if (refusal) throw unsupported(refusal.code, refusal.message);
      return [{ type: 'RecordProbe', data: { ...held, probe, chunking } }];
    },
  });
