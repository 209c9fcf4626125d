import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lendFolder } from '../../../src/adapters/ffmpeg/sandbox/lend.js';
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
