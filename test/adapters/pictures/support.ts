import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, expect } from 'vitest';
import { createPictureTools } from '../../../src/adapters/pictures/sharp-picture-tools.js';
import type { SampledFrame } from '../../../src/core/video-tools.js';

const execute = promisify(execFile);

/** The tools in a folder of their own, for the time of a test file. */
export async function picturesUnderTest() {
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-pictures-'));
  const tools = createPictureTools({ trialFolder: folder });
  const signal = new AbortController().signal;
  afterAll(async () => {
    await tools.close();
    await rm(folder, { recursive: true, force: true });
  });
  let count = 0;

  async function file(bytes: Uint8Array | string, name = `${count++}`): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  return {
    ...{ folder, tools, file },
    probe: async (bytes: Uint8Array | string) => tools.probe({ inputPath: await file(bytes), signal }),
    async draw(bytes: Uint8Array | string, widths: readonly number[] = [320]) {
      const outputFolder = await mkdtemp(join(folder, 'drawn-'));
      await mkdir(join(outputFolder, 'image'));
      const files = await tools.draw({ inputPath: await file(bytes), outputFolder, widths, signal });
      return {
        files,
        path: (name: string) => join(outputFolder, name),
        read: (name: string) => readFile(join(outputFolder, name)),
      };
    },
    async frames(
      bytes: Uint8Array,
      told: { readonly frameCount: number; readonly durationSeconds: number },
    ): Promise<readonly SampledFrame[]> {
      return tools.sampleFrames({
        ...{ ...told, inputPath: await file(bytes), frames: told.frameCount, signal },
        ...{ random: () => 0.5, maximumSidePixels: 2000 },
      });
    },
  };
}

export async function colourAt(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + 3)];
}

export function expectNear(found: readonly number[], expected: readonly number[], tolerance: number): void {
  for (const [index, value] of expected.entries())
    expect(Math.abs((found[index] ?? -1000) - value), `${found} for ${expected}`).toBeLessThanOrEqual(
      tolerance,
    );
}

/** What ffmpeg makes of all frames of a file, or of one: red, green and blue of each pixel. */
export async function decodedByFfmpeg(path: string, ...filters: string[]): Promise<Buffer> {
  const { stdout } = await execute(
    'ffmpeg',
    [
      ...['-v', 'error', '-nostdin', '-i', path, '-fps_mode', 'passthrough'],
      ...['-vf', [...filters, 'format=rgb24'].join(','), '-f', 'rawvideo', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 2 ** 30 },
  );
  return stdout;
}

/** How far two pictures are from each other: of all numbers the mean, 0 to 255. */
export function meanDifference(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) throw new Error(`${one.length} bytes beside ${other.length}`);
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
  return sum / one.length;
}

/** Of the corners: left above, right above, left below, right below. */
export async function cornersOf(bytes: Uint8Array): Promise<string[]> {
  const names: Readonly<Record<string, string>> = {
    100: 'red',
    '010': 'green',
    '001': 'blue',
    110: 'yellow',
  };
  const places = [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ] as const;
  return Promise.all(
    places.map(async ([x, y]) => {
      const colour = await colourAt(bytes, x, y);
      return names[colour.map((value) => (value > 125 ? 1 : 0)).join('')] ?? colour.join(' ');
    }),
  );
}
