export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Even, because 4:2:0 has one colour sample for two pixels; never 0. */
export const evenSize = ({ width, height }: Size): Size => ({
  width: Math.max(2, Math.floor(width / 2) * 2),
  height: Math.max(2, Math.floor(height / 2) * 2),
});

/** The largest even size of the same shape that fits in a square; never enlarged. */
export function fitInSquare({ width, height }: Size, maximumSide: number): Size {
  const factor = Math.min(1, maximumSide / Math.max(width, height));
  return evenSize({ width: Math.round(width * factor), height: Math.round(height * factor) });
}
