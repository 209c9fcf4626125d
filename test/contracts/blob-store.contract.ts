import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlobStore } from '../../src/core/blob-store.js';
import { brokenStream, codeOf, streamOf } from '../support/streams.js';
import { growingObjectsContract } from './growing-objects.contract.js';
import { sharedBytesContract } from './shared-bytes.contract.js';

async function keysOf(blobs: AsyncIterable<{ readonly key: string }>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs) keys.push(key);
  return keys.sort();
}

/**
 * What every blob store keeps; `openStore` opens the same one each time, as a restart does, empty at first.
 *
 * An engine must promise: an object is visible whole or not at all, and at once to whoever asks after; a range of it; a
 * list of all keys below a prefix; a growing object keeps what it said it had, and its SHA-256 is known before it is visible.
 * It need not: show what is still growing, rename, show several objects at the same moment, refuse keys within keys, keep two writers of
 * one growing object apart (a `Locker` does), take back more than the last append, have several keys for the same bytes, or know
 * how much room is left.
 */
export function blobStoreContract(openStore: () => Promise<BlobStore>): void {
  let store: BlobStore;
  let folder: string;
  beforeAll(async () => {
    store = await openStore();
    folder = await mkdtemp(join(tmpdir(), 'mediaflow-blob-contract-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const textOf = async (key: string) => text(await store.read(key));

  describe('blobs', () => {
    test('a stream put under a key reads back the same, with its size', async () => {
      const stat = await store.put('a/one.txt', streamOf('hello ', 'world'));
      expect(stat).toMatchObject({ key: 'a/one.txt', sizeBytes: 11 });
      expect(await store.stat('a/one.txt')).toEqual(stat);
      expect(await textOf('a/one.txt')).toBe('hello world');
    });

    test('plain bytes and no bytes at all are blobs too', async () => {
      await store.put('a/bytes', new Uint8Array([1, 2, 255]));
      expect([...(await buffer(await store.read('a/bytes')))]).toEqual([1, 2, 255]);
      expect(await store.put('a/empty', streamOf())).toMatchObject({ sizeBytes: 0 });
      expect(await textOf('a/empty')).toBe('');
    });

    test('a blob put again is replaced and has another etag; reading does not change the etag', async () => {
      const first = await store.put('a/replaced', Buffer.from('same size 1'));
      await textOf('a/replaced');
      expect((await store.stat('a/replaced'))?.etag).toBe(first.etag);
      const second = await store.put('a/replaced', Buffer.from('same size 2'));
      expect(second.etag).not.toBe(first.etag);
      expect(await textOf('a/replaced')).toBe('same size 2');
      expect(first.etag).toMatch(/^[A-Za-z0-9-]+$/);
    });

    test('a stream that breaks leaves nothing, and an older blob of the key as it was', async () => {
      expect(await codeOf(store.put('b/new', brokenStream('half')))).toBe('ECONNRESET');
      expect(await store.stat('b/new')).toBeUndefined();
      await store.put('b/old', Buffer.from('old'));
      expect(await codeOf(store.put('b/old', brokenStream('half')))).toBe('ECONNRESET');
      expect(await textOf('b/old')).toBe('old');
    });

    test('ranges give exactly their bytes, an end beyond the last byte is the last byte', async () => {
      await store.put('c/digits', Buffer.from('0123456789'));
      expect(await text(await store.read('c/digits', { start: 0, end: 0 }))).toBe('0');
      expect(await text(await store.read('c/digits', { start: 3, end: 5 }))).toBe('345');
      expect(await text(await store.read('c/digits', { start: 8, end: 99 }))).toBe('89');
      expect(await codeOf(store.read('c/digits', { start: 10, end: 12 }))).toBe('invalid_range');
      expect(await codeOf(store.read('c/digits', { start: 5, end: 4 }))).toBe('invalid_range');
    });

    test('an unknown key is undefined to stat and not found to read', async () => {
      expect(await store.stat('no/such')).toBeUndefined();
      expect(await codeOf(store.read('no/such'))).toBe('blob_not_found');
      expect(await codeOf(store.localFile('no/such', folder))).toBe('blob_not_found');
      await store.put('d/file', Buffer.from('x'));
      expect(await store.stat('d')).toBeUndefined();
      expect(await codeOf(store.read('d'))).toBe('blob_not_found');
    });

    const badKeys = ['', '.', '..', '/a', 'a/', 'a//b', 'a/../b', './a', 'a\\b', 'a b', 'ä', 'a\0b', 'a\n'];
    test.each([...badKeys, 'x'.repeat(201), 'abcdefghi/'.repeat(81)])(
      '%j is refused as a key',
      async (key) => {
        expect(await codeOf(store.put(key, Buffer.from('x')))).toBe('invalid_blob_key');
        expect(await codeOf(store.read(key))).toBe('invalid_blob_key');
        expect(await codeOf(store.remove(key))).toBe('invalid_blob_key');
        expect(await codeOf(store.append(key, 0, streamOf('x')))).toBe('invalid_blob_key');
        expect(await codeOf(store.finish('fine', [key]))).toBe('invalid_blob_key');
      },
    );

    test('removing takes the key and all below it, not its neighbours, and can be repeated', async () => {
      for (const key of ['e/x/1', 'e/x/deep/2', 'e/xy', 'e/z']) await store.put(key, Buffer.from(key));
      await store.remove('e/x');
      await store.remove('e/x');
      expect(await keysOf(store.list('e'))).toEqual(['e/xy', 'e/z']);
      await store.remove('e/z');
      expect(await keysOf(store.list('e'))).toEqual(['e/xy']);
      await store.put('e/x/1', Buffer.from('again'));
      expect(await textOf('e/x/1')).toBe('again');
    });

    test('a list holds the keys below a prefix with their sizes, and nothing that still grows', async () => {
      await store.put('f/1', Buffer.from('1'));
      await store.put('f/g/2', Buffer.from('22'));
      await store.append('f/growing', 0, streamOf('333'));
      expect(await keysOf(store.list('f'))).toEqual(['f/1', 'f/g/2']);
      expect(await keysOf(store.list('f/1'))).toEqual(['f/1']);
      expect(await keysOf(store.list('nothing'))).toEqual([]);
      expect(await keysOf(store.list(''))).toEqual(expect.arrayContaining(['f/1', 'f/g/2']));
    });

    test('a list brings the keys of one folder one after another, whatever order they came in', async () => {
      const [first, second] = ['order/a/x', 'order/b/x'];
      for (const file of ['1', 'deep/2', '3'])
        for (const owner of [first, second, `${first}-y`])
          await store.put(`${owner}/${file}`, Buffer.from(file));
      for (const depth of [2, 3, 4]) {
        const folders: string[] = [];
        for await (const { key } of store.list('order')) {
          const inFolder = key.split('/').slice(0, depth).join('/');
          if (inFolder !== folders.at(-1)) folders.push(inFolder);
        }
        expect(folders).toEqual([...new Set(folders)]);
      }
    });

    test('a local file holds the bytes of a blob', async () => {
      await store.put('h/video.mp4', Buffer.from('frames'));
      expect(await readFile(await store.localFile('h/video.mp4', folder), 'utf8')).toBe('frames');
    });

    test('puts of many keys below one new prefix at once all arrive', async () => {
      const keys = Array.from({ length: 30 }, (_, index) => `i/new/deep/${index}`);
      await Promise.all(keys.map((key) => store.put(key, Buffer.from(key))));
      expect(await keysOf(store.list('i'))).toEqual([...keys].sort());
    });

    test('free space is a number of bytes, or unknown', async () => {
      expect([undefined, expect.any(Number)]).toContainEqual(await store.freeBytes());
    });
  });

  describe('adopting a folder', () => {
    const makeFolder = async (files: Record<string, string>): Promise<string> => {
      const made = await mkdtemp(join(folder, 'adopt-'));
      for (const [path, content] of Object.entries(files)) {
        await mkdir(join(made, path, '..'), { recursive: true });
        await writeFile(join(made, path), content);
      }
      return made;
    };

    test('every file below it becomes a blob below the prefix', async () => {
      const adopted = await store.adoptFolder(
        'j/hls',
        await makeFolder({ 'm.m3u8': 'list', '480p/1.m4s': 'seg' }),
      );
      expect(adopted.map((blob) => [blob.key, blob.sizeBytes]).sort()).toEqual([
        ['j/hls/480p/1.m4s', 3],
        ['j/hls/m.m3u8', 4],
      ]);
      expect(await textOf('j/hls/480p/1.m4s')).toBe('seg');
    });

    test('a second folder joins and replaces what is below the prefix', async () => {
      await store.adoptFolder('k', await makeFolder({ kept: 'kept', 'sub/replaced': 'old' }));
      await store.adoptFolder('k', await makeFolder({ 'sub/replaced': 'new', 'sub/added': 'added' }));
      expect(await keysOf(store.list('k'))).toEqual(['k/kept', 'k/sub/added', 'k/sub/replaced']);
      expect(await textOf('k/sub/replaced')).toBe('new');
    });

    test('a file name that is no key, or a link, is refused and nothing is taken', async () => {
      const named = await makeFolder({ 'bad name': 'x', fine: 'y' });
      expect(await codeOf(store.adoptFolder('l', named))).toBe('invalid_blob_key');
      const linked = await makeFolder({ fine: 'y' });
      await symlink('/etc/hostname', join(linked, 'link'));
      expect(await codeOf(store.adoptFolder('l', linked))).toBe('not_a_regular_file');
      expect(await keysOf(store.list('l'))).toEqual([]);
      expect(await readFile(join(linked, 'fine'), 'utf8')).toBe('y');
    });

    test('an empty folder gives no blobs', async () => {
      expect(await store.adoptFolder('m', await makeFolder({}))).toEqual([]);
    });
  });

  sharedBytesContract(() => store);
  growingObjectsContract(() => store, openStore);
}
