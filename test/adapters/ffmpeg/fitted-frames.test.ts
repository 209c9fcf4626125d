import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RgbImage } from '../../../src/core/video-tools.js';
import {
  decodedAs,
  evenly,
  h264,
  makeFile,
  neverAborted,
  rung,
  temporaryFolder,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);

/** A second of red in 128 × 72, and then one of blue in another shape, which is to fill so much of the width and height. */
const kinds = [
  { name: 'turns.ts', size: '72x128', fills: [0.316, 1] },
  { name: 'becomes-wider.ts', size: '192x72', fills: [1, 0.667] },
  { name: 'grows.ts', size: '256x144', fills: [1, 1] },
  { name: 'grows-by-a-block.ts', size: '128x74', fills: [1, 0.98] },
] as const;

beforeAll(async () => {
  for (const { name, size } of kinds) {
    const pieces = [];
    for (const [colour, pieceSize] of [
      ['red', '128x72'],
      ['blue', size],
    ]) {
      const source = `color=${colour}:size=${pieceSize}:rate=25:duration=1`;
      const path = at(`${colour}-${name}`);
      pieces.push(await readFile(await makeFile(path, '-f', 'lavfi', '-i', source, ...h264)));
    }
    await writeFile(at(name), Buffer.concat(pieces));
  }
});

/** What is seen a little inside and a little outside of the edges of what is to be filled. */
function expectFitted(place: string, { width, height, pixels }: RgbImage, fills: readonly [number, number]) {
  const seen = (across: number, down: number) => {
    const [x, y] = [Math.floor((0.5 + across / 2) * width), Math.floor((0.5 + down / 2) * height)];
    const [red = 0, green = 0, blue = 0] = pixels.subarray((y * width + x) * 3);
    return blue > 150 && red < 60
      ? 'blue'
      : Math.max(red, green, blue) < 40
        ? 'black'
        : `${red},${green},${blue}`;
  };
  const margin = 0.1;
  expect(seen(0, 0), place).toBe('blue');
  for (const side of [-1, 1]) {
    expect(seen(side * (fills[0] - margin), 0), place).toBe('blue');
    expect(seen(0, side * (fills[1] - margin)), place).toBe('blue');
    if (fills[0] < 0.9) expect(seen(side * (fills[0] + margin), 0), place).toBe('black');
    if (fills[1] < 0.9) expect(seen(0, side * (fills[1] + margin)), place).toBe('black');
  }
}

describe.each(toolSets)('with $label', { timeout: 120_000 }, ({ label, tools }) => {
  test.each(kinds)(
    '$name gets bars where its shape changes, and is not stretched',
    async ({ name, fills }) => {
      const inputPath = at(name);
      const { video, durationSeconds } = await tools.probe(inputPath, neverAborted);
      if (!video) throw new Error('There is no picture.');
      const request = { inputPath, video, durationSeconds, signal: neverAborted };
      const outputFolder = at(`${label}-${name}`);
      await mkdir(outputFolder);

      await tools.transcodeToHls({
        ...{ ...request, outputFolder, rungs: [rung(128, 72)], audio: null },
        onProgress: () => {},
      });
      const frames = await decodedAs(join(outputFolder, '72p', 'playlist.m3u8'), 'rgb24', 'all frames');
      expectFitted('rendition', { width: 128, height: 72, pixels: frames.subarray(-128 * 72 * 3) }, fills);

      const { sprites, tileWidth, tileHeight, columns } = await tools.storyboard({
        ...request,
        outputFolder,
      });
      const sheet = await decodedAs(join(outputFolder, sprites[0] ?? ''), 'rgb24');
      const lastTile = Array.from({ length: tileHeight }, (_, row) => {
        const start = (row * columns + columns - 1) * tileWidth * 3;
        return sheet.subarray(start, start + tileWidth * 3);
      });
      const tile = { width: tileWidth, height: tileHeight, pixels: Buffer.concat(lastTile) };
      expectFitted('tile', tile, fills);

      const sampled = await tools.sampleFrames({ ...request, ...evenly(4), maximumSidePixels: 128 });
      const last = sampled.frames.at(-1);
      if (!last) throw new Error('There is no frame.');
      expectFitted('frame', last.image, fills);
    },
  );
});
