import type { RgbImage } from '../core/video-tools.js';

/** Cells of which each is the mean of some points: noise of a camera is gone in them, a word that comes or goes is not. */
const [COLUMNS, ROWS, POINTS_ASIDE] = [40, 24, 6];
/** 0..255: in no cell may there be more of a difference. */
const MOST_DIFFERENCE = 8;

/** Whether two frames show the same, as far as what is written in them is concerned. Pure. */
export function looksTheSame(one: RgbImage, other: RgbImage): boolean {
  if (one.width !== other.width || one.height !== other.height) return false;
  for (let row = 0; row < ROWS; row++)
    for (let column = 0; column < COLUMNS; column++)
      if (Math.abs(meanOf(one, column, row) - meanOf(other, column, row)) > MOST_DIFFERENCE) return false;
  return true;
}

/** Of the green in a cell, which is most of what is seen as bright. */
function meanOf({ width, height, pixels }: RgbImage, column: number, row: number): number {
  let sum = 0;
  for (let y = 0; y < POINTS_ASIDE; y++)
    for (let x = 0; x < POINTS_ASIDE; x++) {
      const across = Math.floor(((column + (x + 0.5) / POINTS_ASIDE) * width) / COLUMNS);
      const down = Math.floor(((row + (y + 0.5) / POINTS_ASIDE) * height) / ROWS);
      sum += pixels[(down * width + across) * 3 + 1] ?? 0;
    }
  return sum / POINTS_ASIDE ** 2;
}
