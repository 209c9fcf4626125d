import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createPictureTools } from '../../../src/adapters/pictures/sharp-picture-tools.js';
import { flipBytes, randomFrom } from '../../support/byte-flips/flip-bytes.js';
import { pictureWay } from '../../support/byte-flips/picture-way.js';
import { everyFormat } from '../../support/pictures/every-format.js';

/** `npm run test:flips -- --per-format 300 --seed 1` sets them. */
const perFormat = Number(process.env.FLIPS_PER_FORMAT ?? 10);
const seed = process.env.FLIPS_SEED ?? '1';
const slowestSeconds = 60;

const folder = await mkdtemp(join(tmpdir(), 'mediaflow-picture-flips-'));
/** What fared badly is kept here, to be looked at. */
const keptFolder = join(tmpdir(), `mediaflow-flips-${seed}`);
const tools = createPictureTools({ trialFolder: folder });
const formats = [...Map.groupBy(await everyFormat(), ({ name }) => extname(name).slice(1))];
const endings = new Map<string, number>();

describe('a picture of which some bytes were flipped ends in what can be served or in a reason', () => {
  afterAll(async () => {
    await tools.close();
    await rm(folder, { recursive: true, force: true });
    // How often each step ended how is worth a look when there are many.
    if (process.env.FLIPS_PER_FORMAT === undefined) return;
    const lines = [...endings].toSorted().map(([end, times]) => `${String(times).padStart(6)} ${end}\n`);
    process.stdout.write(`\n${lines.join('')}\n`);
  });

  test.each(formats)('%s', { timeout: perFormat * slowestSeconds * 1000 }, async (_, made) => {
    const faults: string[] = [];
    for (let index = 0; index < perFormat; index++) {
      const { name, bytes } = made[index % made.length] ?? { name: '', bytes: Buffer.alloc(0) };
      const flipped = flipBytes(bytes, randomFrom(`${seed} ${name} ${index}`));
      faults.push(...(await faultsOf(`${index}-${name}`, flipped)));
    }
    expect(faults, `kept in ${keptFolder}`).toEqual([]);
  });

  test('and the next picture is drawn as ever', async () => {
    for (const [, [first]] of formats) {
      const { name, bytes } = first ?? { name: '', bytes: Buffer.alloc(0) };
      await writeFile(join(folder, name), bytes);
      const { ends, faults } = await pictureWay(
        tools,
        join(folder, name),
        join(folder, 'last'),
        slowestSeconds,
      );
      expect({ ends, faults }, name).toEqual({
        ends: { probe: 'done', draw: 'done', sample: 'done' },
        faults: [],
      });
    }
  });
});

async function faultsOf(name: string, bytes: Buffer): Promise<string[]> {
  const path = join(folder, name);
  const workFolder = `${path}.work`;
  await writeFile(path, bytes);
  const { ends, faults } = await pictureWay(tools, path, workFolder, slowestSeconds);
  for (const end of Object.entries(ends).map((words) => words.join(': ')))
    endings.set(`${extname(name)} ${end}`, (endings.get(`${extname(name)} ${end}`) ?? 0) + 1);
  if (faults.length > 0) {
    await mkdir(keptFolder, { recursive: true });
    await copyFile(path, join(keptFolder, name));
  }
  await rm(workFolder, { recursive: true, force: true });
  await rm(path);
  return faults.map((fault) => `${name}: ${fault}`);
}
