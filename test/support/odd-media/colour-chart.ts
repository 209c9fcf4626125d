import { writeFile } from 'node:fs/promises';
import { ffmpeg } from './make.js';

/** Red, green, blue, each 0..255. */
export type Rgb = readonly [number, number, number];

/** What a chart shows in two rows of four, from the upper left. */
export const patches: readonly Rgb[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [192, 128, 64],
  [255, 255, 255],
  [0, 0, 0],
  [128, 128, 128],
  [64, 160, 208],
];
const columns = 4;
const rows = 2;

/** 0..1 of the width and height. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The middle of a patch. */
export const middleOf = (index: number): Place => ({
  x: ((index % columns) + 0.5) / columns,
  y: (Math.floor(index / columns) + 0.5) / rows,
});

const patchAt = (x: number, y: number, width: number, height: number): Rgb =>
  patches[Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)] ?? [0, 0, 0];

/** Weights of red and blue in luma (ITU-T H.273, table 4), by the names ffmpeg gives the matrices. */
const weights: Readonly<Record<string, readonly [number, number]>> = {
  bt709: [0.2126, 0.0722],
  bt470bg: [0.299, 0.114],
  smpte170m: [0.299, 0.114],
  fcc: [0.3, 0.11],
  smpte240m: [0.212, 0.087],
  bt2020nc: [0.2627, 0.0593],
};

/** How colours are written as numbers. */
export interface Encoding {
  readonly matrix: string;
  readonly isFullRange: boolean;
  /** 8 unless told. */
  readonly bitDepth?: number;
}

function scalesOf({ isFullRange, bitDepth = 8 }: Encoding) {
  const step = 2 ** (bitDepth - 8);
  const largest = 2 ** bitDepth - 1;
  return isFullRange
    ? { black: 0, luma: largest, middle: 128 * step, chroma: largest, largest }
    : { black: 16 * step, luma: 219 * step, middle: 128 * step, chroma: 224 * step, largest };
}

function weightsOf({ matrix }: Encoding): readonly [number, number] {
  const found = weights[matrix];
  if (!found) throw new Error(`Nobody can show colours in ${matrix}.`);
  return found;
}

/** Luma and two chromas of H.273, equations 23 to 31, and for `ycgco` 44 to 46. */
export function toYuv([red, green, blue]: Rgb, encoding: Encoding): Rgb {
  const { black, luma, middle, chroma, largest } = scalesOf(encoding);
  const [r, g, b] = [red / 255, green / 255, blue / 255];
  const parts = (): readonly [number, number, number] => {
    if (encoding.matrix === 'ycgco') return [g / 2 + (r + b) / 4, g / 2 - (r + b) / 4, (r - b) / 2];
    const [ofRed, ofBlue] = weightsOf(encoding);
    const y = ofRed * r + (1 - ofRed - ofBlue) * g + ofBlue * b;
    return [y, (b - y) / (2 * (1 - ofBlue)), (r - y) / (2 * (1 - ofRed))];
  };
  const [y, u, v] = parts();
  const written = (value: number) => Math.max(0, Math.min(largest, Math.round(value)));
  return [written(black + luma * y), written(middle + chroma * u), written(middle + chroma * v)];
}

/** The reverse, as whoever shows it does by the tags. */
export function toRgb([y, u, v]: Rgb, encoding: Encoding): Rgb {
  const { black, luma, middle, chroma } = scalesOf(encoding);
  const [ofRed, ofBlue] = weightsOf(encoding);
  const light = (y - black) / luma;
  const blue = light + (2 * (1 - ofBlue) * (u - middle)) / chroma;
  const red = light + (2 * (1 - ofRed) * (v - middle)) / chroma;
  const green = (light - ofRed * red - ofBlue * blue) / (1 - ofRed - ofBlue);
  const shown = (value: number) => Math.max(0, Math.min(255, Math.round(value * 255)));
  return [shown(red), shown(green), shown(blue)];
}

export interface Chart extends Encoding {
  readonly width: number;
  readonly height: number;
  /** At 25 a second. */
  readonly frames: number;
  /** `rgb24`, or a planar YUV format of that bit depth. */
  readonly pixelFormat: string;
}

const subsampling: Readonly<Record<string, readonly [number, number]>> = {
  '420': [2, 2],
  '422': [2, 1],
  '444': [1, 1],
};

/** One frame of it, computed here and not by the tools that are tested. */
function rawChart(chart: Chart): Buffer {
  const { width, height, pixelFormat, bitDepth = 8 } = chart;
  const bytes: number[] = [];
  const put = (value: number) => bytes.push(...(bitDepth > 8 ? [value & 255, value >> 8] : [value]));
  const plane = (wide: number, high: number, numbersOf: (patch: Rgb) => readonly number[]) => {
    for (let y = 0; y < high; y += 1)
      for (let x = 0; x < wide; x += 1) for (const value of numbersOf(patchAt(x, y, wide, high))) put(value);
  };
  if (pixelFormat === 'rgb24') {
    plane(width, height, (patch) => patch);
    return Buffer.from(bytes);
  }
  const [across, down] = subsampling[/4\d\d/.exec(pixelFormat)?.[0] ?? ''] ?? [1, 1];
  plane(width, height, (patch) => [toYuv(patch, chart)[0]]);
  for (const part of [1, 2] as const)
    plane(width / across, height / down, (patch) => [toYuv(patch, chart)[part]]);
  return Buffer.from(bytes);
}

/** A chart for so many frames, encoded as the words say, which go between the input and the output. */
export async function chartFile(path: string, chart: Chart, ...words: string[]): Promise<void> {
  await writeFile(`${path}.raw`, rawChart(chart));
  await ffmpeg(
    ...['-stream_loop', String(chart.frames - 1), '-f', 'rawvideo', '-pix_fmt', chart.pixelFormat],
    ...['-s', `${chart.width}x${chart.height}`, '-r', '25', '-i', `${path}.raw`, ...words, path],
  );
}
