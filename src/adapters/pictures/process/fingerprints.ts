import type { Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import type { Drawn } from './picture-protocol.js';

/** What stands for a picture before it is there, and what is alike in pictures that look alike. */
export async function fingerprintsOf(
  picture: () => Sharp,
): Promise<Pick<Drawn, 'thumbHash' | 'dominantColor' | 'perceptualHash'>> {
  const small = await picture()
    .resize(100, 100, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grey = await picture()
    .flatten({ background: '#ffffff' })
    .resize(9, 8, { fit: 'fill' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = small.info;
  return {
    thumbHash: Buffer.from(rgbaToThumbHash(width, height, small.data)).toString('base64'),
    dominantColor: dominantOf(small.data),
    perceptualHash: differenceHash(grey.data, grey.info.channels),
  };
}

/** The middle of the colours that most pixels have, of 16 levels each. */
function dominantOf(rgba: Buffer): string {
  const bins = new Map<number, { count: number; sums: [number, number, number] }>();
  for (let at = 0; at < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
    if (alpha < 128) continue;
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    const bin = bins.get(key) ?? { count: 0, sums: [0, 0, 0] };
    bin.count += 1;
    bin.sums = [bin.sums[0] + red, bin.sums[1] + green, bin.sums[2] + blue];
    bins.set(key, bin);
  }
  const [most] = [...bins.values()].toSorted((one, other) => other.count - one.count);
  if (!most) return '#ffffff';
  return `#${most.sums
    .map((sum) =>
      Math.round(sum / most.count)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** dHash: 64 bits, each whether a place is darker than the one to its right. The fewer differ, the more alike they look. */
function differenceHash(grey: Buffer, channels: number): string {
  let bits = 0n;
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++) {
      const at = (row * 9 + column) * channels;
      bits = (bits << 1n) | ((grey[at] ?? 0) < (grey[at + channels] ?? 0) ? 1n : 0n);
    }
  return bits.toString(16).padStart(16, '0');
}
