import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
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
  await expect(makeFolders(join(root, 'file', 'a'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolders(join(root, 'link', 'a'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
});
