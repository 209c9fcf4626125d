import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import { boundedTexts } from '../core/found-text.js';
import type { SubtitleTools } from '../core/subtitle-tools.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { keepDerivatives } from './keep-derivatives.js';
import { stepWorker } from './step-worker.js';

/** Makes text of a film that players can show. */
export const subtitlesWorker = ({
  blobs,
  tools,
  policy,
}: {
  readonly blobs: BlobStore;
  readonly tools: SubtitleTools;
  readonly policy: ModerationPolicy;
}) =>
  stepWorker({
    step: 'subtitles',
    concurrency: 1,
    async run({ blobKey, tracks, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const folder = join(workFolder, 'written');
      await mkdir(folder);
      const inputPath = await blobs.localFile(blobKey, workFolder);
      const request = { inputPath, outputFolder: folder, tracks, durationSeconds, signal };
      const { files, leftOut, texts } = await tools.writeSubtitles(request);
      const { data } = await keepDerivatives(blobs, { held, folder, files, context });
      return [
        {
          type: 'RecordSubtitles',
          data: { ...data, leftOut: [...leftOut], texts: [...boundedTexts(texts)], policy },
        },
      ];
    },
  });
