import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CachedFiles, openCachedFiles } from '../../../src/adapters/local-disk/cached-files.js';
import { createMemoryObjectService } from '../../../src/adapters/memory/object-service.js';
import type { BlobStore } from '../../../src/core/blob-store.js';
import { createPartBlobStore } from '../../../src/objects/part-blob-store.js';
import { codeOf } from '../../support/streams.js';

let folder: string;
let store: BlobStore;
let fetched: string[];
let opened: CachedFiles[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-cached-'));
  const remote = createPartBlobStore(createMemoryObjectService());
  fetched = [];
  opened = [];
  store = {
    ...remote,
    async localFile(key, workFolder) {
      fetched.push(key);
      return remote.localFile(key, workFolder);
    },
  };
});
afterEach(async () => {
  for (const files of opened) await files.close();
  await rm(folder, { recursive: true });
});

/** As a process of this host opens it. */
async function open(maximumBytes = 1000): Promise<CachedFiles> {
  const files = await openCachedFiles({ store, folder: join(folder, 'cache'), maximumBytes });
  opened.push(files);
  return files;
}

async function workFolder(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

const cachedFiles = async () =>
  (await readdir(join(folder, 'cache'))).filter((name) => name.length === 64).length;

test('a file is fetched once for all who ask for it, in whatever process, at once or later', async () => {
  await store.put('a', Buffer.from('frames'));
  const [one, other] = [await open(), await open()];
  const folders = await Promise.all(['1', '2', '3', '4'].map(workFolder));
  const paths = await Promise.all(
    folders.map((work, index) => (index % 2 === 0 ? one : other).localFile('a', work)),
  );
  for (const path of paths) expect(await readFile(path, 'utf8')).toBe('frames');
  expect(new Set(paths).size).toBe(4);
  const later = await open();
  expect(await readFile(await later.localFile('a', await workFolder('5')), 'utf8')).toBe('frames');
  expect(fetched).toEqual(['a']);
});

test('a file that was put anew is fetched anew', async () => {
  const files = await open();
  const work = await workFolder('w');
  await store.put('a', Buffer.from('first'));
  await files.localFile('a', work);
  await store.put('a', Buffer.from('second'));
  expect(await readFile(await files.localFile('a', work), 'utf8')).toBe('second');
});

test('what was not used for longest goes when there is no room, and stays with who works on it', async () => {
  const files = await open(10);
  const work = await workFolder('w');
  for (const key of ['a', 'b', 'c']) await store.put(key, Buffer.from(`${key}---`));
  const first = await files.localFile('a', work);
  await files.localFile('b', work);
  await files.localFile('a', work);
  await files.localFile('c', work);
  expect(await cachedFiles()).toBe(2);
  await files.localFile('a', work);
  expect(fetched).toEqual(['a', 'b', 'c']);
  await files.localFile('b', work);
  expect(fetched).toEqual(['a', 'b', 'c', 'b']);
  await files.localFile('c', work);
  expect(await readFile(first, 'utf8')).toBe('a---');
});

test('a file that is larger than the cache goes past it, and pushes nothing out', async () => {
  const files = await open(10);
  const work = await workFolder('w');
  await store.put('small', Buffer.from('small'));
  await store.put('large', Buffer.from('larger than that'));
  await files.localFile('small', work);
  expect(await readFile(await files.localFile('large', work), 'utf8')).toBe('larger than that');
  await files.localFile('small', work);
  expect(fetched).toEqual(['small', 'large']);
});

test('a file that could not be fetched is fetched by the next who asks', async () => {
  await store.put('a', Buffer.from('frames'));
  const { localFile } = store;
  store = {
    ...store,
    localFile: async () => {
      throw new Error('cut off');
    },
  };
  let isCut = true;
  const cut = store.localFile;
  store.localFile = (key, work) => (isCut ? cut : localFile)(key, work);
  const files = await open();
  const work = await workFolder('w');
  await expect(files.localFile('a', work)).rejects.toThrow('cut off');
  isCut = false;
  expect(await readFile(await files.localFile('a', work), 'utf8')).toBe('frames');
  expect(await codeOf(files.localFile('none', work))).toBe('blob_not_found');
});

test('what others put into its folder is left alone', async () => {
  const files = await open(4);
  await writeFile(join(folder, 'cache', 'README'), 'not ours');
  await store.put('a', Buffer.from('four'));
  await files.localFile('a', await workFolder('w'));
  expect(await readFile(join(folder, 'cache', 'README'), 'utf8')).toBe('not ours');
});
