import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPrivateFolder } from '../../../src/adapters/local-disk/private-folder.js';
import { runTypeScript, type TypeScriptProcess } from '../../support/typescript-process.js';

let parent: string;
let started: TypeScriptProcess[] = [];

function startHolder(): TypeScriptProcess {
  const holder = runTypeScript(new URL('./private-folder-holder.ts', import.meta.url), [parent]);
  started.push(holder);
  return holder;
}

async function pathOf(holder: TypeScriptProcess): Promise<string> {
  const answer = await holder.readJsonLine<{ path: string }>();
  return answer?.path ?? 'none';
}

beforeEach(async () => {
  parent = join(await mkdtemp(join(tmpdir(), 'mediaflow-private-')), 'work');
});

afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  started = [];
  await rm(dirname(parent), { recursive: true, force: true });
});

test('closing a private folder leaves nothing of it', async () => {
  const folder = await openPrivateFolder(parent);
  expect(await readdir(folder.path)).toEqual([]);
  await writeFile(join(folder.path, 'x'), 'x');
  await folder.close();
  await folder.close();
  expect(await readdir(parent)).toEqual([]);
});

test('a private folder and the one around it are open to no other user, also when an earlier release made it', async () => {
  await mkdir(parent);
  await chmod(parent, 0o755);
  const folder = await openPrivateFolder(parent);
  for (const path of [parent, folder.path]) expect((await stat(path)).mode & 0o777).toBe(0o700);
  await folder.close();
});

test('the folder of a killed process goes when the next one starts, those of living ones stay', async () => {
  const [killed, living] = [startHolder(), startHolder()];
  const [left, kept] = [await pathOf(killed), await pathOf(living)];
  await mkdir(join(left, 'attempt'));
  await writeFile(join(kept, 'x'), 'x');
  killed.child.kill('SIGKILL');
  await killed.ended;
  const own = await openPrivateFolder(parent);
  expect(existsSync(left)).toBe(false);
  expect(await readdir(kept)).toEqual(['x']);
  expect(new Set(await readdir(parent))).toEqual(
    new Set(
      [kept, own.path].flatMap((path) => [path, `${path}.lock`]).map((path) => path.slice(parent.length + 1)),
    ),
  );
});

test('what has no lock beside it has no owner', async () => {
  await mkdir(join(parent, 'attempt-of-an-older-release'), { recursive: true });
  await openPrivateFolder(parent);
  expect(await readdir(parent)).toHaveLength(2);
});

test('processes that start at the same moment leave each other alone', async () => {
  const paths = await Promise.all(Array.from({ length: 8 }, () => pathOf(startHolder())));
  expect(new Set(paths).size).toBe(8);
  for (const path of paths) expect(existsSync(path), path).toBe(true);
});

test('what an earlier process has left and nobody can remove by its path keeps no later one from starting', async () => {
  const left = join(parent, 'left');
  await mkdir(left, { recursive: true });
  const deepen =
    'name=$(printf "%0100d" 0); for level in $(seq 60); do mkdir $name && cd -P $name || exit 1; done';
  execFileSync('/bin/bash', ['-c', deepen], { cwd: left });
  try {
    const folder = await openPrivateFolder(parent);
    expect(existsSync(folder.path)).toBe(true);
    await folder.close();
  } finally {
    execFileSync('rm', ['-rf', left]);
  }
});
