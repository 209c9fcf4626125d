import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLocalBlobStore } from '../../src/adapters/local-disk/local-blob-store.js';
import { createProcessLocker } from '../../src/adapters/local-disk/process-locker.js';
import { createMemoryEventStore } from '../../src/adapters/memory/event-store.js';
import { createMemoryLocker, createMemoryLocks } from '../../src/adapters/memory/locker.js';
import type { BlobStore } from '../../src/core/blob-store.js';
import type { EventStore } from '../../src/core/event-store.js';
import { silentLogger } from '../../src/core/logger.js';
import { eventDefinitions, type MediaFlowEvent } from '../../src/domain/index.js';
import { mediaStream } from '../../src/domain/media/media.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { systemClock } from '../../src/runtime/clock.js';
import { createEventCodec } from '../../src/runtime/command/event-codec.js';
import { createStorageChecks, createStorageReports } from '../../src/runtime/storage/storage-checks.js';
import { checkStorage } from '../../src/storage/check-storage.js';
import { createFakeClock } from '../kit/fake-clock.js';
import { pullAnswer, registration, rendition } from '../kit/media-fixtures.js';
import { streamOf } from '../support/streams.js';

const codec = createEventCodec<MediaFlowEvent>(eventDefinitions);
const metadata = {
  ...{ correlationId: 'c', commandId: 'c', causationId: null, actor: 'a', tenantId: 'default' },
  ...{ occurredAt: '2026-11-21T09:00:00.000Z', traceparent: null },
};

let folder: string;
let blobs: BlobStore;
let store: EventStore;
let purged: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-check-'));
  blobs = await createLocalBlobStore({ folder });
  store = createMemoryEventStore();
  purged = [];
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const happened = (mediaId: string, ...events: MediaEvent[]) =>
  store.append(
    mediaStream(mediaId),
    events.map((event) => codec.encode(event, randomUUID(), metadata)),
    'any',
  );

/** A file of the blob store that was written so many hours ago. */
async function stored(key: string, hoursAgo: number, sizeBytes = 10): Promise<void> {
  await blobs.put(key, Buffer.alloc(sizeBytes));
  const writtenAt = new Date(Date.now() - hoursAgo * 3_600_000);
  await utimes(join(folder, 'objects', key), writtenAt, writtenAt);
}

const registered = (mediaId: string): MediaEvent => ({
  type: 'MediaRegistered',
  data: { ...registration.data, mediaId },
});
const uploaded = (mediaId: string): MediaEvent => ({
  type: 'MediaUploaded',
  data: { mediaId, blobKey: `media/${mediaId}/original`, sizeBytes: 10, sha256: 'ab' },
});
const started = (mediaId: string, attempt: number): MediaEvent => ({
  type: 'StepStarted',
  data: { mediaId, step: 'probe', jobId: 'job', attempt },
});

const check = (remove: boolean, options: Partial<Parameters<typeof checkStorage>[0]> = {}) =>
  checkStorage({
    ...{ store, blobs, decode: codec.decode, clock: systemClock, logger: silentLogger, remove },
    ...{ signal: new AbortController().signal, graceSeconds: 86_400, pauseSeconds: 0, knownKeys: [] },
    purged: async (mediaId) => purged.push(mediaId),
    ...options,
  });

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of blobs.list('')) found.push(key);
  return found.sort();
}

describe('a check of the storage', () => {
  test('removes what crashes left, and keeps what is named, runs, is young or still comes in', async () => {
    await happened('one', registered('one'), uploaded('one'), started('one', 1), started('one', 2));
    await stored('media/one/original', 48);
    await stored('media/one/hls/job-1/360p/a.m4s', 48);
    await stored('media/one/frames/job-1/frame-000.jpg', 1);
    await stored('media/one/hls/job-2/360p/a.m4s', 48);
    await happened('gone', registered('gone'), uploaded('gone'), {
      type: 'MediaDeleted',
      data: { mediaId: 'gone' },
    });
    await stored('media/gone/original', 48);
    await blobs.append('uploads/growing', 0, streamOf('half'));

    const looked = await check(false);
    expect(looked).toMatchObject({ items: 2, files: 5, removed: 0, orphans: { count: 2, sizeBytes: 20 } });
    expect(await keys()).toHaveLength(5);
    expect(purged).toEqual([]);

    const removed = await check(true);
    expect(removed).toMatchObject({ removed: 2, missing: { count: 0 }, unexplained: { count: 0 } });
    expect(await keys()).toEqual([
      'media/one/frames/job-1/frame-000.jpg',
      'media/one/hls/job-2/360p/a.m4s',
      'media/one/original',
    ]);
    expect(purged).toEqual(['gone']);
    expect(await blobs.growing('uploads/growing')).toEqual({ sizeBytes: 4 });
    expect(await check(true)).toMatchObject({ orphans: { count: 0 } });
  });

  test('removes nothing of what another database may know', async () => {
    await stored('media/stranger/original', 480);
    await stored('strange/file', 480);
    const { unexplained, orphans } = await check(true);
    expect(orphans.count).toBe(0);
    expect(unexplained.listed).toEqual([
      { prefix: 'media/stranger', sizeBytes: 10, reason: 'unknown_item' },
      { prefix: 'strange/file', sizeBytes: 10, reason: 'unknown_place' },
    ]);
    expect(await keys()).toHaveLength(2);
  });

  test('removes nothing of an item whose history only a newer release can read', async () => {
    await happened('newer', registered('newer'), { type: 'MediaDeleted', data: { mediaId: 'newer' } });
    const event = codec.encode(uploaded('newer'), randomUUID(), metadata);
    await store.append(mediaStream('newer'), [{ ...event, schemaVersion: 99 }], 'any');
    await stored('media/newer/original', 480);
    const { unexplained } = await check(true);
    expect(unexplained.listed).toMatchObject([{ prefix: 'media/newer', reason: 'unreadable_history' }]);
    expect(await keys()).toEqual(['media/newer/original']);
  });

  test('says what is missing: a single file, and an item that has lost everything', async () => {
    await happened('part', registered('part'), uploaded('part'), {
      type: 'RenditionCompleted',
      data: { mediaId: 'part', rendition: { ...rendition(), blobPrefix: 'media/part/hls/job-1/360p' } },
    });
    await stored('media/part/original', 48);
    await happened('lost', registered('lost'), uploaded('lost'));
    const { missing } = await check(true);
    expect(missing).toEqual({
      count: 2,
      sizeBytes: 1_000_011,
      listed: [
        { key: 'media/part/hls/job-1/360p', expectedBytes: 1_000_001, storedBytes: 0 },
        { key: 'media/lost/original', expectedBytes: 10, storedBytes: 0 },
      ],
    });
  });

  test('counts bytes that several items share once, and says how many are spared', async () => {
    for (const id of ['one', 'two', 'three']) {
      await happened(id, registered(id), uploaded(id));
      await stored(`media/${id}/original`, 48);
    }
    for (const id of ['two', 'three'])
      expect(await blobs.shareBytes?.('media/one/original', `media/${id}/original`)).toBe(true);
    const whole = { missing: { count: 0 }, orphans: { count: 0 } };
    expect(await check(true)).toMatchObject({ ...whole, files: 3, sizeBytes: 10, sharedBytes: 20 });
    await happened('one', { type: 'MediaDeleted', data: { mediaId: 'one' } });
    expect(await check(true)).toMatchObject({ missing: { count: 0 }, removed: 1 });
    expect(await keys()).toEqual(['media/three/original', 'media/two/original']);
    expect(await check(true)).toMatchObject({ ...whole, files: 2, sizeBytes: 10, sharedBytes: 10 });
  });

  test('misses nothing that came while it looked, and nothing of an item deleted meanwhile', async () => {
    await happened('busy', registered('busy'), uploaded('busy'), started('busy', 1));
    await stored('media/busy/original', 1);
    await happened('leaving', registered('leaving'), uploaded('leaving'));
    const meanwhile: Record<string, () => Promise<unknown>> = {
      async 'media-busy'() {
        const work = join(folder, 'work');
        await mkdir(join(work, '360p'), { recursive: true });
        await writeFile(join(work, '360p/init.mp4'), Buffer.alloc(1_000_001));
        await blobs.adoptFolder('media/busy/hls/job-1', work);
        const blobPrefix = 'media/busy/hls/job-1/360p';
        await happened('busy', {
          type: 'RenditionCompleted',
          data: { mediaId: 'busy', rendition: { ...rendition(), blobPrefix } },
        });
      },
    };
    let reads = 0;
    const findings = await check(true, {
      store: {
        readAll: store.readAll,
        async readStream(stream, range) {
          await meanwhile[stream]?.();
          delete meanwhile[stream];
          const history = await store.readStream(stream, range);
          if (stream === 'media-leaving' && reads++ === 0)
            await happened('leaving', { type: 'MediaDeleted', data: { mediaId: 'leaving' } });
          return history;
        },
      },
    });
    expect(findings).toMatchObject({
      missing: { count: 0 },
      orphans: { count: 0 },
      unexplained: { count: 0 },
    });
    expect(reads).toBe(2);
  });
});

describe('checks in the background', () => {
  test('one at a time; the daily one removes, and is due a day after the last that did', async () => {
    const stopping = new AbortController();
    const clock = createFakeClock();
    const reports = createStorageReports(blobs);
    const finished: string[] = [];
    let ids = 0;
    const checks = createStorageChecks({
      ...{ clock, logger: silentLogger, signal: stopping.signal },
      newId: () => `check-${++ids}`,
      locker: createProcessLocker(),
      check: (run) => check(run.remove, { ...run, clock, signal: stopping.signal }),
      reports: {
        latest: reports.latest,
        async save(report) {
          await reports.save(report);
          if (report.finishedAt) finished.push(`${report.checkId} ${report.remove}`);
        },
      },
    });
    expect(await reports.latest()).toBeUndefined();
    const earlier = { checkId: 'earlier', findings: { items: 1, sizeBytes: 5 } };
    await blobs.put('storage-check.json', Buffer.from(JSON.stringify(earlier)));
    expect(await reports.latest()).toMatchObject({ findings: { sizeBytes: 5, sharedBytes: 0 } });
    const first = checks.start({ remove: false });
    await expect(checks.start({ remove: true })).rejects.toMatchObject({ code: 'storage_check_running' });
    expect(await first).toEqual({ checkId: 'check-1' });
    await checks.done();
    expect(await reports.latest()).toMatchObject({ checkId: 'check-1', error: null, findings: { items: 0 } });

    const daily = checks.runDaily();
    clock.advance(600);
    await expect.poll(() => finished).toEqual(['check-1 false', 'check-2 true']);
    const advance = async (seconds: number) => {
      await checks.done();
      clock.advance(seconds);
    };
    await expect
      .poll(async () => {
        await advance(43_200);
        return finished;
      })
      .toEqual(['check-1 false', 'check-2 true', 'check-3 true']);
    stopping.abort();
    await daily;
  });

  test('one that its process has to leave says so', async () => {
    const stopping = new AbortController();
    const reports = createStorageReports(blobs);
    const checks = createStorageChecks({
      ...{ reports, clock: systemClock, logger: silentLogger },
      ...{ signal: stopping.signal, newId: randomUUID, locker: createProcessLocker() },
      check: (run, signal) => check(run.remove, { ...run, signal }),
    });
    stopping.abort(new Error('the process stops'));
    await checks.start({ remove: true });
    await checks.done();
    expect(await reports.latest()).toMatchObject({ error: 'the process stops', findings: null });
  });

  test('of several processes one checks, and lets go when it has lost the right to', async () => {
    const locks = createMemoryLocks();
    const reports = createStorageReports(blobs);
    const begun = Promise.withResolvers<void>();
    const [one, other] = ['one', 'other'].map((name) =>
      createStorageChecks({
        ...{ reports, clock: systemClock, logger: silentLogger, newId: () => name },
        ...{ signal: new AbortController().signal, locker: createMemoryLocker(locks) },
        check: (_run, signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            begun.resolve();
          }),
      }),
    );
    await one?.start({ remove: true });
    await begun.promise;
    await expect(other?.start({ remove: true })).rejects.toMatchObject({ code: 'storage_check_running' });
    locks.expire('storage-check');
    await one?.done();
    expect(await reports.latest()).toMatchObject({
      ...{ checkId: 'one', findings: null },
      error: 'The lock of storage-check is lost',
    });
  });
});

describe('bytes that pulls gathered', () => {
  const key = (mediaId: string, answer: number) => `pulls/${mediaId}/j1-1/${answer}`;
  async function gathered(name: string, hoursAgo: number): Promise<void> {
    await blobs.append(name, 0, streamOf('0123456789'));
    const writtenAt = new Date(Date.now() - hoursAgo * 3_600_000);
    await utimes(join(folder, 'growing', name), writtenAt, writtenAt);
  }
  const requested = (mediaId: string): MediaEvent[] => [
    registered(mediaId),
    { type: 'PullRequested', data: { mediaId, url: 'https://files.example/', isNamed: false } },
  ];
  const answered = (mediaId: string, answer: number): MediaEvent => ({
    type: 'PullAnswered',
    data: { ...pullAnswer, mediaId, growingKey: key(mediaId, answer) },
  });
  const keysLeft = async () => {
    const keys: string[] = [];
    for await (const each of blobs.listGrowing()) keys.push(each.key);
    return keys.toSorted();
  };

  test('stay while the item waits for the rest of them, and go when nobody goes on with them', async () => {
    await happened('a', ...requested('a'), answered('a', 1), answered('a', 2));
    await happened('b', ...requested('b'), answered('b', 1), {
      type: 'MediaDeleted',
      data: { mediaId: 'b' },
    });
    await happened('c', ...requested('c'), answered('c', 1), uploaded('c'));
    await stored('media/c/original', 48);
    for (const name of [key('a', 1), key('a', 2), key('b', 1), key('c', 1), key('d', 1)])
      await gathered(name, 48);
    await gathered(key('b', 2), 1);
    await gathered('uploads/e', 48);

    expect(await check(true)).toMatchObject({
      ...{ removed: 3, missing: { count: 0 } },
      orphans: { count: 3, listed: [{ reason: 'pull_given_up' }, {}, {}] },
      unexplained: { listed: [{ prefix: key('d', 1), reason: 'unknown_item' }] },
    });
    expect(await keysLeft()).toEqual([key('a', 2), key('b', 2), key('d', 1), 'uploads/e']);
  });
});
