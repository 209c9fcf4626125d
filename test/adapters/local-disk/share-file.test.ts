import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { shareFile } from '../../../src/adapters/local-disk/share-file.js';

const made: string[] = [];
async function newFolder(parent: string): Promise<string> {
  const folder = await mkdtemp(join(parent, 'mediaflow-share-file-'));
  made.push(folder);
  return folder;
}
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

let folder: string;
beforeEach(async () => {
  folder = await newFolder(tmpdir());
});
const at = (name: string) => join(folder, name);
const share = (from: string, to: string) => shareFile({ from, to, draft: at('draft') });

test('whoever looks meanwhile finds the file whole, under its name', async () => {
  await writeFile(at('a'), 'the same');
  await writeFile(at('b'), 'the same');
  let isOver = false;
  let looks = 0;
  const looking = (async () => {
    for (; !isOver; looks += 1) expect(await readFile(at('b'), 'utf8')).toBe('the same');
  })();
  for (let round = 0; round < 50; round += 1) {
    expect(await share(at('a'), at('b'))).toBe(true);
    await rm(at('a'));
    await writeFile(at('a'), 'the same');
  }
  isOver = true;
  await looking;
  expect(looks).toBeGreaterThan(10);
  expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
});

test('a file that is one with the other already is left alone', async () => {
  await writeFile(at('a'), 'the same');
  await writeFile(at('b'), 'the same');
  expect([await share(at('a'), at('b')), await share(at('b'), at('a'))]).toEqual([true, true]);
  expect((await stat(at('a'))).nlink).toBe(2);
  expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
});

test('what disappears while it is compared stays away, with all it lay in', async () => {
  const bytes = Buffer.alloc(8 * 1024 * 1024, 'x');
  await mkdir(at('item'));
  await writeFile(at('a'), bytes);
  await writeFile(at('item/b'), bytes);
  const sharing = share(at('a'), at('item/b'));
  await rm(at('item'), { recursive: true });
  expect(await sharing).toBe(false);
  expect(await readdir(folder)).toEqual(['a']);
});

test('what takes the place of a file while it is compared keeps it', async () => {
  const bytes = Buffer.alloc(8 * 1024 * 1024, 'x');
  await writeFile(at('a'), bytes);
  await writeFile(at('b'), bytes);
  const sharing = share(at('a'), at('b'));
  // Beside the old one, or it could have its number on the disk.
  await writeFile(at('new'), 'of another');
  await rename(at('new'), at('b'));
  expect(await sharing).toBe(false);
  expect(await readFile(at('b'), 'utf8')).toBe('of another');
});

/** Most systems have a file system in memory beside the others. */
const elsewhere = '/dev/shm';
const hasAnotherDevice = existsSync(elsewhere) && statSync(elsewhere).dev !== statSync(tmpdir()).dev;

test.skipIf(!hasAnotherDevice)('a file of another device keeps bytes of its own', async () => {
  const other = join(await newFolder(elsewhere), 'b');
  await writeFile(at('a'), 'the same');
  await writeFile(other, 'the same');
  expect([await share(at('a'), other), await share(other, at('a'))]).toEqual([false, false]);
  expect([(await stat(at('a'))).nlink, (await stat(other)).nlink]).toEqual([1, 1]);
  expect(await readdir(folder)).toEqual(['a']);
});
