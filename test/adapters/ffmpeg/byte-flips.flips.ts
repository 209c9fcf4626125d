import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { limitConcurrency } from '../../../src/runtime/limit-concurrency.js';
import { flipBytes, randomFrom } from '../../support/byte-flips/flip-bytes.js';
import { wayThrough } from '../../support/byte-flips/way-through.js';
import { containers } from '../../support/odd-media/containers.js';
import type { OddMedium } from '../../support/odd-media/odd-medium.js';
import { sounds } from '../../support/odd-media/sounds.js';
import { texts } from '../../support/odd-media/texts.js';
import { temporaryFolder, toolSets } from './support.js';

/** `npm run test:flips -- --per-format 300 --seed 1` sets them. */
const perFormat = Number(process.env.FLIPS_PER_FORMAT ?? 10);
const seed = process.env.FLIPS_SEED ?? '1';

const limits = { seconds: 60, memoryBytes: 2 ** 30, folderBytes: 64 * 2 ** 20 } as const;
const slowestSeconds = 60;
const folder = await temporaryFolder();
/** What fared badly is kept here, to be looked at. */
const keptFolder = join(tmpdir(), `mediaflow-flips-${seed}`);

const guarded = toolSets.map(({ label, places }) => ({
  label,
  tools: createFfmpegVideoTools({
    ...places,
    preset: 'ultrafast',
    memoryBytes: limits.memoryBytes,
    itemLimits: { durationSeconds: 120, frames: 5000, outputBytes: limits.folderBytes },
  }),
}));
/** By the ending of their names, each in all its codecs. */
const formats = new Map([
  ...Map.groupBy([...containers, ...sounds], ({ name }) => extname(name).slice(1)),
  ['text', texts] as const,
]);
const atOnce = limitConcurrency(2);
const endings = new Map<string, number>();

describe('a file of which some bytes were flipped ends in what can be served or in a reason, within limits', () => {
  // How often each step ended how is worth a look when there are many.
  afterAll(() => {
    if (process.env.FLIPS_PER_FORMAT === undefined) return;
    const lines = [...endings].toSorted().map(([end, times]) => `${String(times).padStart(6)} ${end}\n`);
    process.stdout.write(`\n${lines.join('')}\n`);
  });

  test.concurrent.each([...formats])(
    '%s',
    { timeout: perFormat * slowestSeconds * 1000 },
    async (_, media) => {
      const made = await Promise.all(media.map(bytesOf));
      const faults = await Promise.all(
        Array.from({ length: perFormat }, (_, index) => {
          const { name, bytes } = inTurn(made, index);
          const flipped = flipBytes(bytes, randomFrom(`${seed} ${name} ${index}`));
          return atOnce(() => faultsOf(`${index}-${name}`, flipped, inTurn(guarded, index)));
        }),
      );
      expect(faults.flat(), `kept in ${keptFolder}`).toEqual([]);
    },
  );
});

const inTurn = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

async function bytesOf({ name, make }: OddMedium) {
  const path = join(folder, name);
  await make(path);
  return { name, bytes: await readFile(path) };
}

async function faultsOf(name: string, bytes: Buffer, { label, tools }: (typeof guarded)[number]) {
  const path = join(folder, name);
  const workFolder = `${path}.work`;
  await writeFile(path, bytes);
  const { ends, faults } = await wayThrough(tools, path, workFolder, limits);
  for (const end of Object.entries(ends).map((words) => words.join(': ')))
    endings.set(end, (endings.get(end) ?? 0) + 1);
  if (faults.length > 0) {
    await mkdir(keptFolder, { recursive: true });
    await copyFile(path, join(keptFolder, name));
  }
  await rm(workFolder, { recursive: true });
  await rm(path);
  return faults.map((fault) => `${name} with ${label}: ${fault}`);
}
