import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { ChunkToJoin, ChunkTools } from '../core/chunk-tools.js';
import { unsupported } from '../core/errors.js';
import { chunkFileName } from '../core/rendition-file.js';
import type { JobPayload } from '../domain/jobs.js';
import { partsOfPlace } from '../domain/media/blob-places.js';
import { readEncodedChunk } from './encoded-chunk-file.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';
import { toRendition } from './transcode.js';

/** Makes renditions of the chunks of a film: playlists alone, since segments stay where they lie. */
export const joinWorker = ({ blobs, tools }: { readonly blobs: BlobStore; readonly tools: ChunkTools }) =>
  stepWorker({
    step: 'join',
    concurrency: 2,
    async run({ chunks, rungs }, held, context) {
      const folder = join(context.workFolder, 'hls');
      await mkdir(folder);
      const encoded: ChunkToJoin[] = [];
      for (const blobPrefix of placesOf(chunks)) {
        const { attempt = '' } = partsOfPlace(blobPrefix);
        const nameOf = (file: string) => chunkFileName(attempt, file);
        encoded.push({ ...(await readEncodedChunk(blobs, blobPrefix)), nameOf });
      }
      const results = await tools.joinChunks({ chunks: encoded, outputFolder: folder });
      const blobPrefix = await keepOutput(blobs, { held, what: 'hls', folder, context });
      const renditions = results.map((result) => ({
        ...{ ...toRendition(result, rungs, blobPrefix), inChunks: true as const },
      }));
      return [{ type: 'RecordRenditions', data: { ...held, renditions } }];
    },
  });

function placesOf(chunks: JobPayload<'join'>['chunks']): readonly string[] {
  const missing = chunks.flatMap(({ step, blobPrefix }) => (blobPrefix === null ? [step] : []));
  if (missing.length > 0)
    throw unsupported('chunks_missing', `These chunks have failed: ${missing.join(', ')}.`, { missing });
  return chunks.flatMap(({ blobPrefix }) => blobPrefix ?? []);
}
