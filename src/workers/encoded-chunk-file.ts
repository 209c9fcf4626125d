import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { BlobStore } from '../core/blob-store.js';
import type { EncodedChunk } from '../core/chunk-tools.js';

/** What the join has to know of a chunk lies beside its segments: too much for an event, and of no use to anybody else. */
export const encodedChunkFile = 'chunk.json';

const schema = z.object({
  rungs: z.array(
    z.object({
      name: z.string(),
      codecs: z.string(),
      firstFrame: z.int(),
      frameCount: z.int(),
      initSha256: z.string(),
      initBytes: z.int(),
      segments: z.array(z.object({ file: z.string(), durationSeconds: z.number(), sizeBytes: z.int() })),
    }),
  ),
}) satisfies z.ZodType<EncodedChunk>;

export const readEncodedChunk = async (blobs: BlobStore, blobPrefix: string): Promise<EncodedChunk> =>
  schema.parse(JSON.parse(await text(await blobs.read(`${blobPrefix}/${encodedChunkFile}`))));
