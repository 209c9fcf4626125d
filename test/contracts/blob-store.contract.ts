import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlobStore } from '../../src/core/blob-store.js';

export const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code?: string }) => error.code ?? error,
  );

export const streamOf = (...chunks: string[]): Readable =>
  Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );

/** Delivers some bytes and then breaks, as a dropped connection does. */
export const brokenStream = (...chunks: string[]): Readable =>
  Readable.from(
    (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
      throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' });
    })(),
    { objectMode: false },
  );

async function keysOf(blobs: AsyncIterable<{ readonly key: string }>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs) keys.push(key);
  return keys.sort();
}

/** What every blob store keeps; `createStore` gives an empty one. */
export function blobStoreContract(createStore: () => Promise<BlobStore>): void {
  let store: BlobStore;
  let folder: string;
  beforeAll(async () => {
    store = await createStore();
    folder = await mkdtemp(join(tmpdir(), 'mediaflow-blob-contract-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const textOf = async (key: string) => text(await store.read(key));
  const textGrowing = async (key: string, start?: number) => text(await store.readGrowing(key, start));

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

  describe('growing objects', () => {
    test('bytes appended at the right offsets grow it; it is no blob before it is finished', async () => {
      expect(await store.growing('u/1')).toBeUndefined();
      expect(await store.append('u/1', 0, streamOf('one '))).toEqual({ sizeBytes: 4 });
      expect(await store.append('u/1', 4, streamOf('two'))).toEqual({ sizeBytes: 7 });
      expect(await store.growing('u/1')).toEqual({ sizeBytes: 7 });
      expect(await textGrowing('u/1')).toBe('one two');
      expect(await textGrowing('u/1', 4)).toBe('two');
      expect(await store.stat('u/1')).toBeUndefined();
      expect(await keysOf(store.listGrowing())).toContain('u/1');
    });

    test('an append of nothing at 0 makes an empty one', async () => {
      expect(await store.append('u/empty', 0, streamOf())).toEqual({ sizeBytes: 0 });
      expect(await store.growing('u/empty')).toEqual({ sizeBytes: 0 });
    });

    test('an append at any other offset is refused and changes nothing', async () => {
      expect(await codeOf(store.append('u/2', 1, streamOf('x')))).toBe('offset_mismatch');
      await store.append('u/2', 0, streamOf('abc'));
      expect(await codeOf(store.append('u/2', 0, streamOf('x')))).toBe('offset_mismatch');
      expect(await codeOf(store.append('u/2', 4, streamOf('x')))).toBe('offset_mismatch');
      expect(await textGrowing('u/2')).toBe('abc');
    });

    test('what arrived before the connection broke stays, and the rest goes on from there', async () => {
      expect(await codeOf(store.append('u/3', 0, brokenStream('first ', 'half ')))).toBe('ECONNRESET');
      expect(await store.growing('u/3')).toEqual({ sizeBytes: 11 });
      await store.append('u/3', 11, streamOf('second half'));
      expect(await textGrowing('u/3')).toBe('first half second half');
    });

    test('of two appends at once one is refused, and the object has the bytes of the other', async () => {
      const slow = new Readable({ read() {} });
      const winner = store.append('u/4', 0, slow);
      const refusals = [
        codeOf(store.append('u/4', 0, streamOf('loser'))),
        codeOf(store.finish('u4', ['u/4'])),
        codeOf(store.discard('u/4')),
      ];
      expect(await Promise.all(refusals)).toEqual(['upload_locked', 'upload_locked', 'upload_locked']);
      slow.push('winner');
      slow.push(null);
      expect(await winner).toEqual({ sizeBytes: 6 });
      expect(await textGrowing('u/4')).toBe('winner');
    });

    test('the last append can be taken back', async () => {
      await store.append('u/5', 0, streamOf('good'));
      await store.append('u/5', 4, streamOf('bad'));
      await store.truncateGrowing('u/5', 4);
      await store.truncateGrowing('u/5', 4);
      expect(await store.growing('u/5')).toEqual({ sizeBytes: 4 });
      await store.append('u/5', 4, streamOf(' better'));
      expect(await textGrowing('u/5')).toBe('good better');
      expect(await codeOf(store.truncateGrowing('u/5', 99))).toBe('offset_mismatch');
      expect(await codeOf(store.truncateGrowing('u/none', 0))).toBe('blob_not_found');
    });

    test('finished, it is a blob and grows no more; finishing again gives the same blob', async () => {
      await store.append('u/6', 0, streamOf('whole'));
      const blob = await store.finish('n/whole', ['u/6']);
      expect(blob).toMatchObject({ key: 'n/whole', sizeBytes: 5 });
      expect(await textOf('n/whole')).toBe('whole');
      expect(await store.growing('u/6')).toBeUndefined();
      expect(await store.finish('n/whole', ['u/6'])).toEqual(blob);
    });

    test('several are joined in their order, and cease to exist', async () => {
      for (const part of ['a', 'b', 'c']) await store.append(`p/${part}`, 0, streamOf(`${part}${part}`));
      const from = ['p/c', 'p/a', 'p/b'];
      expect(await store.finish('n/joined', from)).toMatchObject({ sizeBytes: 6 });
      expect(await textOf('n/joined')).toBe('ccaabb');
      expect(await store.finish('n/joined', from)).toMatchObject({ sizeBytes: 6 });
      for (const key of from) expect(await store.growing(key)).toBeUndefined();
    });

    test('nothing can be finished from what is not there, and what is there stays', async () => {
      await store.append('p/there', 0, streamOf('there'));
      expect(await codeOf(store.finish('n/none', ['p/there', 'p/not-there']))).toBe('blob_not_found');
      expect(await codeOf(store.finish('n/none', []))).toBe('blob_not_found');
      expect(await store.stat('n/none')).toBeUndefined();
      expect(await textGrowing('p/there')).toBe('there');
    });

    test('a discarded one is gone, discarding can be repeated, and the key can be used anew', async () => {
      await store.append('u/7', 0, streamOf('gone'));
      await store.discard('u/7');
      await store.discard('u/7');
      expect(await store.growing('u/7')).toBeUndefined();
      await store.append('u/7', 0, streamOf('new'));
      expect(await textGrowing('u/7')).toBe('new');
    });
  });
}
