import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RgbImage } from '../../src/core/video-tools.js';

/** A picture drawn by a function of the pixel's place. */
export const draw = (
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): RgbImage => {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.set(colour(x, y), (y * width + x) * 3);
  }
  return { width, height, pixels };
};

export const plain = (red: number, green: number, blue: number, side = 64): RgbImage =>
  draw(side, side, () => [red, green, blue]);

/** Path of a real recording where the machine has it and ffmpeg to decode it. */
export const recording = (name: string): string | undefined => {
  const path = fileURLToPath(new URL(`../../../../shared/media/${name}`, import.meta.url));
  const decodable = spawnSync('ffmpeg', ['-version']).status === 0;
  return decodable && existsSync(path) ? path : undefined;
};

/** The first frames of a video, one a second, scaled to a width of 480. */
export const framesOf = (path: string, count: number): RgbImage[] => {
  const [width, height] = [480, 270];
  const filter = `fps=1,scale=${width}:${height}`;
  const output = ['-frames:v', `${count}`, '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const { stdout } = spawnSync('ffmpeg', ['-v', 'error', '-i', path, ...output], { maxBuffer: 2 ** 28 });
  const frameBytes = width * height * 3;
  return Array.from({ length: Math.floor(stdout.length / frameBytes) }, (_, index) => ({
    width,
    height,
    pixels: stdout.subarray(index * frameBytes, (index + 1) * frameBytes),
  }));
};
