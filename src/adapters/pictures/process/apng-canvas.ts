import sharp from 'sharp';
import { type Apng, type ApngFrame, pngOfFrame } from './apng.ts';
import { decoding } from './limits.ts';
import { damaged } from './refusal.ts';

/** Red, green, blue and alpha, not multiplied in. */
export interface ShownFrame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly delayMilliseconds: number;
}

/** What is seen of an animation, one frame after the other, in sRGB. The pixels are the same memory each time. */
export async function* shownFrames(apng: Apng): AsyncGenerator<ShownFrame> {
  const { width, height, frames } = apng;
  const canvas = new Uint8Array(width * height * 4);
  for (const [index, frame] of frames.entries()) {
    const pixels = await pixelsOf(apng, frame);
    const before = frame.disposal === 'previous' && index > 0 ? Uint8Array.from(canvas) : undefined;
    rows(frame, width, (from, to, length) => {
      if (frame.isBlended) layOver(canvas, to, pixels.subarray(from, from + length));
      else canvas.set(pixels.subarray(from, from + length), to);
    });
    yield { width, height, data: canvas, delayMilliseconds: frame.delayMilliseconds };
    if (before) canvas.set(before);
    else if (frame.disposal !== 'none')
      rows(frame, width, (_, to, length) => canvas.fill(0, to, to + length));
  }
}

async function pixelsOf(apng: Apng, frame: ApngFrame): Promise<Uint8Array> {
  const { data, info } = await sharp(pngOfFrame(apng, frame), decoding)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4 || info.width !== frame.width || info.height !== frame.height)
    throw damaged('a frame is of another size than it tells');
  return data;
}

function rows(
  { x, y, width, height }: ApngFrame,
  canvasWidth: number,
  each: (from: number, to: number, length: number) => void,
): void {
  for (let row = 0; row < height; row++) each(row * width * 4, ((y + row) * canvasWidth + x) * 4, width * 4);
}

/** What is half seen through, over what may be so as well (PNG, 13.14). */
function layOver(canvas: Uint8Array, at: number, pixels: Uint8Array): void {
  for (let from = 0; from < pixels.length; from += 4) {
    const above = pixels[from + 3] ?? 0;
    if (above === 0) continue;
    const to = at + from;
    const below = ((canvas[to + 3] ?? 0) * (255 - above)) / 255;
    const alpha = above + below;
    for (let channel = 0; channel < 3; channel++)
      canvas[to + channel] = Math.round(
        ((pixels[from + channel] ?? 0) * above + (canvas[to + channel] ?? 0) * below) / alpha,
      );
    canvas[to + 3] = Math.round(alpha);
  }
}
