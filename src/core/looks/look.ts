import type { RgbImage } from '../video-tools.js';

/** What a picture looks like from afar: 128 bits as 32 hexadecimal digits, of which the first half tells of rows, the second of columns. */
export type Look = string;

const CELLS = 8;
/** 0..255: less is noise, and what encoders do to plain ground. */
const [LEAST_NOTICED, LEAST_CLEARLY] = [2, 5];
/** Of a typical step of the picture: beside the edges of a figure, the fade of the ground behind it is nothing. */
const [NOTICED, CLEARLY] = [0.3, 0.5];
/** Of 128 places, and of the 64 either way: what has fewer that differ clearly from the one before (a plain colour, a fade, stripes, a simple figure) looks like too much else. */
const [CLEAR, CLEAR_EITHER_WAY] = [42, 12];

/**
 * The look of a picture (dHash both ways), each bit whether a cell is clearly brighter than the one before it. Null of a picture with so little in it that its look would say
 * nothing. Pure.
 */
export function lookOf(image: RgbImage): Look | null {
  const across = cellsOf(image, CELLS + 1, CELLS);
  const down = cellsOf(image, CELLS, CELLS + 1);
  const steps: number[] = [];
  for (let row = 0; row < CELLS; row++)
    for (let column = 0; column < CELLS; column++)
      steps.push((across[row]?.[column + 1] ?? 0) - (across[row]?.[column] ?? 0));
  for (let row = 0; row < CELLS; row++)
    for (let column = 0; column < CELLS; column++)
      steps.push((down[row + 1]?.[column] ?? 0) - (down[row]?.[column] ?? 0));
  const typical = Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / steps.length);
  const isClear = (step: number) => Math.abs(step) > Math.max(LEAST_CLEARLY, CLEARLY * typical);
  const along = steps.slice(0, CELLS ** 2).filter(isClear).length;
  const clear = steps.filter(isClear).length;
  if (clear < CLEAR || Math.min(along, clear - along) < CLEAR_EITHER_WAY) return null;
  const noticed = Math.max(LEAST_NOTICED, NOTICED * typical);
  const bits = steps.reduce((all, step) => (all << 1n) | (step > noticed ? 1n : 0n), 0n);
  return bits.toString(16).padStart(32, '0');
}

/** How many of the 128 bits differ. Pure. */
export function lookDistance(one: Look, other: Look): number {
  let different = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let count = 0;
  for (; different > 0n; different &= different - 1n) count++;
  return count;
}

/** Means of brightness. */
function cellsOf({ width, height, pixels }: RgbImage, columns: number, rows: number): number[][] {
  return Array.from({ length: rows }, (_, row) => {
    const [top, bottom] = spanOf(row, rows, height);
    return Array.from({ length: columns }, (__, column) => {
      const [left, right] = spanOf(column, columns, width);
      let sum = 0;
      for (let y = top; y < bottom; y++)
        for (let at = (y * width + left) * 3; at < (y * width + right) * 3; at += 3)
          sum += 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
      return sum / ((bottom - top) * (right - left));
    });
  });
}

/** At least one pixel, of pictures smaller than the cells too. */
const spanOf = (index: number, of: number, pixels: number): readonly [number, number] => {
  const from = Math.min(pixels - 1, Math.floor((index * pixels) / of));
  return [from, Math.max(from + 1, Math.floor(((index + 1) * pixels) / of))];
};
