import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { h264, makeFile, toolSets } from '../support.js';
import { encodeAndMeasure } from './support.js';

/** Moves on every frame, so that a comparison with the frame beside it shows. */
const moving = (size: string, frameRate: number | string, seconds: number) => [
  ...[
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=${size}:rate=${frameRate}:duration=${seconds},scroll=h=0.013:v=0.007`,
  ],
];
const pq = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
const good = ['-c:v', 'libx264', '-preset', 'superfast', '-crf', '12', '-pix_fmt', 'yuv420p'];

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quality-'));
  await makeFile(at('plain.mp4'), ...moving('160x90', 25, 13), ...good, '-g', '100');
  await makeFile(at('turned.mp4'), '-display_rotation', '90', '-i', at('plain.mp4'), '-c', 'copy').catch(() =>
    makeFile(at('turned.mp4'), '-i', at('plain.mp4'), '-c', 'copy', '-metadata:s:v:0', 'rotate=90'),
  );
  await makeFile(at('anamorphic.mp4'), ...moving('90x72', 25, 2), '-vf', 'setsar=64/45', ...good);
  await makeFile(at('hdr.mp4'), ...moving('96x54', 25, 2), ...[...good, '-pix_fmt', 'yuv420p10le', ...pq]);
  await makeFile(at('late.mp4'), '-itsoffset', '1.37', ...moving('96x54', 30_000 / 1001, 8), ...good);
  await makeFile(at('long.mp4'), ...moving('96x54', 10, 66), ...h264, '-crf', '12', '-g', '60', '-bf', '2');
  await makeFile(at('long.ts'), '-i', at('long.mp4'), '-c', 'copy');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const films = [
  { file: 'plain.mp4', trait: 'a plain film', samples: 3 },
  { file: 'turned.mp4', trait: 'one that is turned', samples: 3 },
  { file: 'anamorphic.mp4', trait: 'pixels that are no squares', samples: 1 },
  { file: 'hdr.mp4', trait: 'HDR whose tones are mapped', samples: 1 },
  { file: 'late.mp4', trait: 'a picture that begins late, at a rate that is no whole number', samples: 2 },
  { file: 'long.mp4', trait: 'a film whose samples are gone to', samples: 8 },
  { file: 'long.ts', trait: 'a film in which nobody can go to a moment', samples: 8 },
];

describe.each(toolSets)('quality with $label', ({ tools }) => {
  test.each(films)('$trait is compared with itself at the same time', { timeout: 60_000 }, async (film) => {
    const rungs = [
      [0.5, 1_000_000],
      [1, 4_000_000],
    ] as const;
    const { video, measured } = await encodeAndMeasure(tools, { inputPath: at(film.file), folder, rungs });
    const [half, whole] = measured.rungs;
    expect(measured).toMatchObject({ width: video.width, height: video.height, framesEach: 8 });
    expect(measured.samplesAtSeconds).toHaveLength(film.samples);
    expect(whole?.worstSsim).toBeGreaterThan(0.97);
    expect(half?.ssim).toBeLessThan(whole?.ssim ?? 0);
    expect(measured.samplesAtSeconds).toContain(half?.worstAtSeconds);
  });

  test('the fewer bits, the less of the original is shown', { timeout: 60_000 }, async () => {
    const rungs = [40_000, 120_000, 400_000, 3_000_000].map((bitrateBps) => [1, bitrateBps] as const);
    const { measured } = await encodeAndMeasure(tools, { inputPath: at('plain.mp4'), folder, rungs });
    const figures = measured.rungs.map(({ ssim }) => ssim ?? 0);
    expect(figures).toEqual(figures.toSorted((a, b) => a - b));
    expect(figures[0]).toBeLessThan((figures[3] ?? 0) - 0.05);
    for (const { ssim, worstSsim } of measured.rungs) expect(worstSsim).toBeLessThanOrEqual(ssim ?? 0);
  });
});
