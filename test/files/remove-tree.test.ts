import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPrivateFolder } from '../../src/adapters/local-disk/private-folder.js';
import { removeFolder } from '../../src/files/remove-tree.js';
import { createWorkFolders } from '../../src/runtime/job/work-folders.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mediaflow-remove-'));
});
afterEach(() => removeFolder(root));

/** Deeper than a path may be long, closed, and with a name that is no text. */
function fill(folder: string): void {
  const script = `
    name=$(printf '%0100d' 0)
    mkdir -p closed/inner && chmod 000 closed && touch "$(printf 'no-\\377\\nname')" && mkfifo pipe
    for level in $(seq 60); do mkdir $name && cd -P $name || exit 1; done
    touch end`;
  execFileSync('/bin/bash', ['-c', script], { cwd: folder });
}

test('a folder goes whatever is nested, closed or named in it, and what links lead to stays', async () => {
  const folder = join(root, 'folder');
  await mkdir(folder);
  fill(folder);
  await writeFile(join(root, 'kept'), 'kept');
  await symlink('../kept', join(folder, 'link'));
  await symlink('..', join(folder, 'up'));
  await removeFolder(folder);
  expect(await readdir(root)).toEqual(['kept']);
  await removeFolder(folder);
});

test('a link to a folder goes, and not the folder', async () => {
  await mkdir(join(root, 'kept'));
  await writeFile(join(root, 'kept', 'x'), 'x');
  await symlink('kept', join(root, 'link'));
  await removeFolder(join(root, 'link'));
  expect(await readFile(join(root, 'kept', 'x'), 'utf8')).toBe('x');
});

test('a folder goes though files are removed from it meanwhile', async () => {
  const folder = join(root, 'folder');
  await mkdir(folder);
  const paths = Array.from({ length: 300 }, (_, index) => join(folder, `${index}`));
  for (const path of paths) await writeFile(path, '');
  const others = Promise.all(paths.toReversed().map((path) => rm(path, { force: true })));
  await removeFolder(folder);
  await others;
  expect(existsSync(folder)).toBe(false);
});

test('a private folder that nobody could remove by its paths is swept and closed', async () => {
  const left = join(root, '00000000-0000-4000-8000-000000000000');
  await mkdir(left);
  fill(left);
  const folder = await openPrivateFolder(root);
  expect(existsSync(left)).toBe(false);
  fill(folder.path);
  await folder.close();
  expect(await readdir(root)).toEqual([]);
});

test('an attempt’s folder that nobody could remove by its paths goes with the attempt, and after a crash', async () => {
  const folders = createWorkFolders(root);
  const job = '00000000-0000-4000-8000-000000000000';
  const folder = await folders.create(job, 1);
  fill(folder);
  await folders.remove(folder);
  fill(await folders.create(job, 2));
  expect(await folders.sweep()).toBe(1);
  expect(await readdir(root)).toEqual([]);
});
