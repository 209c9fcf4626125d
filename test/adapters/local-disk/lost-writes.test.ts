import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';
import { codeOf, streamOf } from '../../support/streams.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-lost-writes-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** The bytes of the growing object `u`, as they lie on the disk. */
const received = () => readFile(join(folder, 'growing', 'u'), 'utf8');

/** The disk keeps nothing of the next `times` syncs, as the kernel tells it: once each, and then all is said to be well. */
async function failSyncs(times: number): Promise<void> {
  const handle = await open(folder);
  const datasync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync');
  await handle.close();
  const failure = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
  for (let failed = 0; failed < times; failed++) datasync.mockRejectedValueOnce(failure);
}

describe('after a sync that failed', () => {
  test('bytes it was to keep do not count, though the next sync is called a success', async () => {
    const store = await createLocalBlobStore({ folder });
    await store.append('u', 0, streamOf('kept '));
    await failSyncs(1);
    expect(await codeOf(store.append('u', 5, streamOf('lost')))).toBe('EIO');
    expect(await store.growing('u')).toEqual({ sizeBytes: 5 });
    expect(await codeOf(store.append('u', 9, streamOf('x')))).toBe('offset_mismatch');
    await store.append('u', 5, streamOf('again'));
    expect(await received()).toBe('kept again');
  });

  test('they do not count either when they cannot be taken back at once: that comes before anything else', async () => {
    const store = await createLocalBlobStore({ folder });
    await store.append('u', 0, streamOf('kept '));
    await failSyncs(3);
    expect(await codeOf(store.append('u', 5, streamOf('lost')))).toBe('EIO');
    expect(await codeOf(store.growing('u'))).toBe('EIO');
    await store.finish('n', ['u']);
    expect(await text(await store.read('n'))).toBe('kept ');
  });

  test('of bytes that an earlier process left nothing is known to be there, so none count', async () => {
    await (await createLocalBlobStore({ folder })).append('u', 0, streamOf('of before'));
    const store = await createLocalBlobStore({ folder });
    await failSyncs(1);
    expect(await codeOf(store.growing('u'))).toBe('EIO');
    expect(await store.growing('u')).toEqual({ sizeBytes: 0 });
    await store.append('u', 0, streamOf('again'));
    expect(await received()).toBe('again');
  });

  test('while bytes come in, who asks how far they are is refused, and so is the end of what was lost', async () => {
    const store = await createLocalBlobStore({ folder });
    await store.append('u', 0, streamOf('kept '));
    const coming = async function* () {
      yield Buffer.from('lost');
      await vi.waitUntil(async () => (await codeOf(store.growing('u'))) === 'EIO');
      yield Buffer.from(' more');
    };
    await failSyncs(1);
    const sending = store.append('u', 5, Readable.from(coming(), { objectMode: false }));
    await expect(sending).rejects.toThrow('has not kept');
    expect(await store.growing('u')).toEqual({ sizeBytes: 5 });
  });

  test('what was said to be kept still is, though an answer to who asked before came later', async () => {
    const store = await createLocalBlobStore({ folder });
    const asking = Promise.withResolvers<void>();
    const later = Promise.withResolvers<void>();
    const handle = await open(folder);
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync');
    await handle.close();
    const coming = async function* () {
      yield Buffer.from('kept ');
      await vi.waitUntil(async () => (await store.growing('u'))?.sizeBytes === 5);
      yield Buffer.from('too ');
      datasync.mockImplementation(async () => {
        datasync.mockReset();
        asking.resolve();
        await later.promise;
      });
      await vi.waitUntil(async () => (await stat(join(folder, 'growing', 'u'))).size === 9);
      asked = store.growing('u');
      await asking.promise;
      yield Buffer.from('all ');
    };
    let asked: ReturnType<typeof store.growing> | undefined;
    const sending = store.append('u', 0, Readable.from(coming(), { objectMode: false }));
    expect(await sending).toEqual({ sizeBytes: 13 });
    later.resolve();
    expect(await asked).toEqual({ sizeBytes: 9 });
    await failSyncs(1);
    expect(await codeOf(store.append('u', 13, streamOf('lost')))).toBe('EIO');
    expect(await store.growing('u')).toEqual({ sizeBytes: 13 });
    expect(await received()).toBe('kept too all ');
  });
});
