import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLocalBlobStore } from '../../src/adapters/local-disk/local-blob-store.js';
import { createMemoryCheckpointStore } from '../../src/adapters/memory/checkpoint-store.js';
import { createMemoryEventStore } from '../../src/adapters/memory/event-store.js';
import type { BlobStore } from '../../src/core/blob-store.js';
import type { CheckpointStore } from '../../src/core/checkpoint-store.js';
import { unavailable } from '../../src/core/errors.js';
import type { EventStore } from '../../src/core/event-store.js';
import { silentLogger } from '../../src/core/logger.js';
import { eventDefinitions, type MediaFlowEvent } from '../../src/domain/index.js';
import { mediaStream } from '../../src/domain/media/media.js';
import { createEventCodec } from '../../src/runtime/command/event-codec.js';
import { shareOriginals } from '../../src/storage/share-originals.js';
import { createFakeClock, type FakeClock } from '../kit/fake-clock.js';

const codec = createEventCodec<MediaFlowEvent>(eventDefinitions);
const metadata = {
  ...{ correlationId: 'c', commandId: 'c', causationId: null, actor: 'a', tenantId: 'default' },
  ...{ occurredAt: '2026-11-21T09:00:00.000Z', traceparent: null },
};
const SHA256 = 'ab'.repeat(32);

let folder: string;
let blobs: BlobStore;
let store: EventStore;
let checkpoints: CheckpointStore;
let clock: FakeClock;
let warnings: string[];
let uploads: { readonly blobKey: string; readonly position: string }[];
let running: { readonly stop: AbortController; readonly done: Promise<void> }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-share-'));
  blobs = await createLocalBlobStore({ folder });
  store = createMemoryEventStore();
  checkpoints = createMemoryCheckpointStore();
  clock = createFakeClock();
  [warnings, uploads, running] = [[], [], []];
});
afterEach(async () => {
  for (const { stop } of running) stop.abort();
  await Promise.all(running.map(({ done }) => done));
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const keyOf = (mediaId: string) => `media/${mediaId}/original`;
const pathOf = (mediaId: string) => join(folder, 'objects', keyOf(mediaId));
const inode = async (mediaId: string) => (await stat(pathOf(mediaId))).ino;

async function uploaded(mediaId: string, bytes = 'the same'): Promise<void> {
  const blobKey = keyOf(mediaId);
  await blobs.put(blobKey, Buffer.from(bytes));
  const data = { mediaId, blobKey, sizeBytes: bytes.length, sha256: SHA256 };
  const event = codec.encode({ type: 'MediaUploaded', data }, randomUUID(), metadata);
  const { position } = await store.append(mediaStream(mediaId), [event], 'any');
  uploads.push({ blobKey, position });
}

function start(options: Partial<Parameters<typeof shareOriginals>[0]> = {}): void {
  const stop = new AbortController();
  const done = shareOriginals({
    ...{ log: store, decode: codec.decode, checkpoints, clock, signal: stop.signal },
    library: {
      originalsBefore: async ({ position }, limit) => {
        const before = uploads.filter((each) => each.position < position).toReversed();
        return before.slice(0, limit).map(({ blobKey }) => blobKey);
      },
    },
    waiter: { waitFor: async () => {} },
    shareBytes: (...args) => blobs.shareBytes?.(...args) as Promise<boolean>,
    logger: { ...silentLogger, warn: (_, message) => warnings.push(message) },
    ...options,
  });
  running.push({ stop, done });
}

const isDone = async () => (await checkpoints.load('shared-originals')).position === (await store.head());
const untilDone = () => expect.poll(isDone).toBe(true);
/** Until it looks again by itself. */
const untilShared = (one: string, other: string) =>
  expect
    .poll(async () => {
      clock.advance(5);
      return (await inode(one)) === (await inode(other));
    })
    .toBe(true);

test('originals with the same bytes become one file, those there were before it began and those that come later', async () => {
  for (const id of ['a', 'b', 'c']) await uploaded(id);
  start();
  await untilDone();
  expect(new Set([await inode('a'), await inode('b'), await inode('c')]).size).toBe(1);
  await uploaded('d');
  await untilShared('a', 'd');
  expect(warnings).toEqual([]);
});

test('of one that was deleted the next takes the place, and none that is gone comes back', async () => {
  for (const id of ['a', 'b', 'c', 'd']) await uploaded(id);
  for (const id of ['a', 'c']) rmSync(join(folder, 'objects', 'media', id), { recursive: true });
  start();
  await untilDone();
  expect(await inode('d')).toBe(await inode('b'));
  expect([await blobs.stat(keyOf('a')), await blobs.stat(keyOf('c'))]).toEqual([undefined, undefined]);
});

test('what is not the same byte for byte, whatever its hash is said to be, stays as it is', async () => {
  await uploaded('a', 'the same');
  await uploaded('b', 'the sane');
  await uploaded('c', 'the same');
  start();
  await untilDone();
  expect(await text(await blobs.read(keyOf('b')))).toBe('the sane');
  expect(await inode('c')).toBe(await inode('a'));
});

test('goes on where it stopped, and shares again what it was killed at', async () => {
  for (let index = 0; index < 25; index += 1) await uploaded(`m${index}`);
  const shared: string[] = [];
  const stopping = new AbortController();
  start({
    signal: stopping.signal,
    async shareBytes(from, to) {
      shared.push(to);
      if (shared.length === 22) {
        stopping.abort();
        stopping.signal.throwIfAborted();
      }
      return (await blobs.shareBytes?.(from, to)) ?? false;
    },
  });
  await running[0]?.done;
  shared.length = 0;
  start({
    shareBytes: async (from, to) => {
      shared.push(to);
      return (await blobs.shareBytes?.(from, to)) ?? false;
    },
  });
  await untilDone();
  expect(shared[0]).toBe(keyOf('m20'));
  expect((await stat(pathOf('m0'))).nlink).toBe(25);
  expect(warnings).toEqual([]);
});

test('waits until the view has heard of what came, and through an outage of it', async () => {
  await uploaded('a');
  await uploaded('b');
  const waited: string[] = [];
  start({
    waiter: {
      async waitFor(views, position) {
        waited.push(`${views} ${position}`);
        if (waited.length < 3) throw unavailable('view_behind', 'Not yet');
      },
    },
  });
  await expect
    .poll(async () => {
      clock.advance(60);
      return isDone();
    })
    .toBe(true);
  expect(new Set(waited)).toEqual(new Set([`media-library ${await store.head()}`]));
  expect(warnings).toEqual(['originals could not be stored once']);
  expect(await inode('b')).toBe(await inode('a'));
});

test('a file that cannot be read holds up no other', async () => {
  for (const id of ['a', 'b', 'c']) await uploaded(id);
  start({
    async shareBytes(from, to) {
      if (to === keyOf('b')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      return from === keyOf('a') && ((await blobs.shareBytes?.(from, to)) ?? false);
    },
  });
  await untilDone();
  expect(await inode('c')).toBe(await inode('a'));
  expect(warnings).toEqual(['an original could not be stored once']);
});
