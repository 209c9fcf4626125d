import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';
import { createPostgresUploadLedger } from '../../../src/adapters/postgres/upload-ledger.js';
import type { BlobStore } from '../../../src/core/blob-store.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import { addSeconds } from '../../../src/core/time.js';
import type { UploadLedger } from '../../../src/core/upload-ledger.js';
import { growingKey, originalKey } from '../../../src/domain/media/blob-places.js';
import { inLanes, rememberItems, withEventStore } from './remembered-interactions.js';

/** Of an original beside its poster, a playlist and so many segments, as a clip of a minute has. */
const SEGMENTS = 10;
const BLOB_BYTES = 2048;
const DAY_SECONDS = 86_400;

export interface FilledFolder {
  readonly items: number;
  readonly blobs: number;
  readonly openUploads: number;
  readonly finishedUploads: number;
}

/**
 * Puts content into the data folder of a product that is stopped: published items with small blobs, an open upload with
 * its bytes for every second of them, and the ledger's memory of a finished one for each. Returns the items' ids.
 */
export async function fillFolder(
  dataFolder: string,
  items: number,
): Promise<FilledFolder & { readonly ids: readonly string[] }> {
  const database = await startEmbeddedPostgres({ dataFolder, logger: silentLogger });
  try {
    const blobs = await createLocalBlobStore({ folder: join(dataFolder, 'blobs') });
    return await withEventStore(database.connectionString, async (store, pool) => {
      const ids = await rememberItems(store, items);
      const ledger = createPostgresUploadLedger(pool);
      const openUploads = Math.floor(items / 2);
      await inLanes(items, (index) => putBlobs(blobs, ids[index] ?? ''));
      await inLanes(items, (index) => rememberUpload(ledger, ids[index] ?? '', 'completed'));
      await inLanes(openUploads, async () => {
        const id = randomUUID();
        await blobs.append(growingKey(id), 0, Readable.from([randomBytes(BLOB_BYTES)]));
        await rememberUpload(ledger, id, 'open');
      });
      return { ids, items, blobs: items * (SEGMENTS + 3), openUploads, finishedUploads: items };
    });
  } finally {
    await database.stop();
  }
}

async function putBlobs(blobs: BlobStore, id: string): Promise<void> {
  const folder = `media/${id}/hls/360p`;
  const names = Array.from({ length: SEGMENTS }, (_, index) => `${folder}/segment-${index}.m4s`);
  for (const key of [originalKey(id), `media/${id}/poster.jpg`, `${folder}/playlist.m3u8`, ...names])
    await blobs.put(key, randomBytes(BLOB_BYTES));
}

/** Open ones are pieces of files still to come, so that no item waits for them. */
async function rememberUpload(ledger: UploadLedger, id: string, state: 'open' | 'completed'): Promise<void> {
  const createdAt = new Date().toISOString();
  await ledger.create({
    id,
    kind: state === 'open' ? 'partial' : 'whole',
    state,
    actor: 'bench',
    ...NO_REQUEST,
    lengthBytes: state === 'open' ? 2 * BLOB_BYTES : BLOB_BYTES,
    metadata: '',
    parts: [],
    concatAsSent: null,
    joinedInto: null,
    declaredSha256: null,
    sha256: state === 'open' ? null : 'f'.repeat(64),
    uncheckedFromBytes: null,
    reason: null,
    createdAt,
    expiresAt: addSeconds(createdAt, DAY_SECONDS),
  });
}
