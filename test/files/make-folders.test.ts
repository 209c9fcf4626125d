import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolders } from '../../src/files/make-folders.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mediaflow-make-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('missing parents are made too, and told from the topmost on', async () => {
  const folder = join(root, 'a', 'b');
  expect(await makeFolders(folder, 0o700)).toEqual([join(root, 'a'), folder]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await makeFolders(folder, 0o700)).toEqual([]);
});

test('a link to a folder is one', async () => {
  await symlink(root, join(root, 'link'));
  expect(await makeFolders(join(root, 'link', 'a'), 0o700)).toEqual([join(root, 'link', 'a')]);
});

test('several that make the same folder at once all get it, and each is told as made once', async () => {
  const folder = join(root, 'a', 'b', 'c');
  const made = await Promise.all(Array.from({ length: 8 }, () => makeFolders(folder, 0o700)));
  expect(made.flat().sort()).toEqual([join(root, 'a'), join(root, 'a', 'b'), folder]);
});

test('a file or a link to nothing in the way is told', async () => {
  await writeFile(join(root, 'file'), '');
  await symlink(join(root, 'gone'), join(root, 'link'));
  await expect(makeFolders(join(root, 'file', 'a'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolders(join(root, 'link', 'a'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
});

test('a folder that is there and takes none, as a volume that was taken away, ends it', async () => {
  await expect(makeFolders('/proc/mediaflow/a', 0o700)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('nothing of the product makes folders in the way that would go on for ever there', async () => {
  const sources = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts'));
  const made = await Promise.all(sources.map((name) => readFile(join('src', name), 'utf8')));
  const wrong = sources.filter((_, index) => /mkdir(Sync)?\([^;]*recursive: true/.test(made[index] ?? ''));
  expect(sources.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});
