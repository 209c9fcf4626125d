import type { RgbImage } from '../../../core/video-tools.js';

/** A picture of one byte a pixel. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** In grey, and no side longer than so many pixels: each is then the mean of those it stands for. Pure. */
export function greyPicture({ width, height, pixels }: RgbImage, longestSide: number): GreyPicture {
  const scale = Math.max(1, Math.max(width, height) / longestSide);
  const [across, down] = [Math.max(1, Math.floor(width / scale)), Math.max(1, Math.floor(height / scale))];
  const grey = new Uint8Array(across * down);
  for (let y = 0; y < down; y++) {
    const [top, bottom] = spanOf(y, height / down, height);
    for (let x = 0; x < across; x++) {
      const [left, right] = spanOf(x, width / across, width);
      let sum = 0;
      for (let row = top; row < bottom; row++)
        for (let at = (row * width + left) * 3; at < (row * width + right) * 3; at += 3)
          sum += 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
      grey[y * across + x] = Math.round(sum / ((bottom - top) * (right - left)));
    }
  }
  return { width: across, height: down, pixels: grey };
}

/** What is bright dark, and the other way round. Pure. */
export const negativeOf = ({ pixels, ...size }: GreyPicture): GreyPicture => ({
  ...size,
  pixels: pixels.map((value) => 255 - value),
});

/** At least one pixel of the original, and none beyond it. */
const spanOf = (index: number, step: number, most: number): readonly [number, number] => {
  const from = Math.min(Math.floor(index * step), most - 1);
  return [from, Math.min(most, Math.max(from + 1, Math.floor((index + 1) * step)))];
};
