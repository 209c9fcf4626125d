import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { ChunkTools, EncodedChunk } from '../core/chunk-tools.js';
import { chunksPlace } from '../core/rendition-file.js';
import { encodedChunkFile } from './encoded-chunk-file.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';
import { throttledProgress } from './throttled-progress.js';

/** Encodes a part of a long film in the rungs it is told, and leaves it for the join. */
export const chunkWorker = ({ blobs, tools }: { readonly blobs: BlobStore; readonly tools: ChunkTools }) =>
  stepWorker({
    step: 'chunk',
    concurrency: 1,
    async run({ blobKey, video, rungs, startSeconds, endSeconds, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const folder = join(workFolder, 'chunk');
      await mkdir(folder);
      const chunk = await tools.encodeChunk({
        ...{ inputPath: await blobs.localFile(blobKey, workFolder), outputFolder: folder },
        ...{ video, rungs, startSeconds, endSeconds, durationSeconds, signal },
        onProgress: throttledProgress(held, context),
      });
      const toldAt = join(folder, encodedChunkFile);
      await writeFile(toldAt, JSON.stringify(chunk));
      const sizeBytes = bytesOf(chunk) + (await stat(toldAt)).size;
      const blobPrefix = await keepOutput(blobs, { held, what: chunksPlace, folder, context });
      return [{ type: 'RecordChunk', data: { ...held, chunk: { blobPrefix, sizeBytes } } }];
    },
  });

const bytesOf = ({ rungs }: EncodedChunk): number =>
  rungs.reduce(
    (sum, { initBytes, segments }) =>
      segments.reduce((all, { sizeBytes }) => all + sizeBytes, sum + initBytes),
    0,
  );
