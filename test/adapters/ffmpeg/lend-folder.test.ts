import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lendFolder } from '../../../src/sandbox/lend.js';
import { temporaryFolder } from './support.js';

const folder = await temporaryFolder();

test('a folder is taken back while whoever lent it removes pictures that it does not want', async () => {
  const lent = join(folder, 'frames');
  const inner = join(lent, 'inner');
  await mkdir(inner, { recursive: true });
  const paths = Array.from({ length: 300 }, (_, index) => join(index % 2 ? lent : inner, `${index}.jpg`));
  for (const path of paths) await writeFile(path, '');
  const takeBack = await lendFolder(lent, undefined);
  const removed = Promise.all([
    ...paths.toReversed().map((path) => rm(path, { force: true })),
    rm(inner, { recursive: true, force: true }),
  ]);
  await expect(takeBack()).resolves.toBeUndefined();
  await removed;
});

test('files that a tool has closed, or that would run as their owner, are like all others afterwards', async () => {
  const lent = join(folder, 'modes');
  await mkdir(lent);
  const takeBack = await lendFolder(lent, undefined);
  const modes = { closed: 0o000, blind: 0o200, runs: 0o4755, usual: 0o644 };
  for (const [name, mode] of Object.entries(modes)) {
    await writeFile(join(lent, name), name);
    await chmod(join(lent, name), mode);
  }
  await takeBack();
  const left = Object.keys(modes).map(async (name) => (await stat(join(lent, name))).mode & 0o7777);
  expect(await Promise.all(left)).toEqual([0o600, 0o600, 0o600, 0o644]);
});

test('a folder is taken back with nothing in it that is too deep, too closed or too oddly named to be removed', async () => {
  const lent = join(folder, 'deep');
  await mkdir(join(lent, '240p'), { recursive: true });
  await writeFile(join(lent, '240p', 'segment-00000.m4s'), '');
  const takeBack = await lendFolder(lent, undefined);
  const fill = `
    name=$(printf '%0100d' 0)
    mkdir -p closed/inner odd && chmod 000 closed && touch "odd/$(printf 'no-\\377')"
    for level in $(seq 60); do mkdir $name && cd -P $name || exit 1; done
    touch end`;
  execFileSync('/bin/bash', ['-c', fill], { cwd: lent });
  await expect(takeBack()).rejects.toMatchObject({ code: 'forbidden_output' });
  expect((await readdir(join(lent, '240p'))).concat(await readdir(join(lent, 'odd')))).toEqual([
    'segment-00000.m4s',
  ]);
  await rm(lent, { recursive: true });
});
