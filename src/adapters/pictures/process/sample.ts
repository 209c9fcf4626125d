import type { PictureType } from '../../../core/picture-types.js';
import { openPicture } from './open-picture.ts';
import type { Sampled } from './picture-protocol.js';

/** Frames for those who have to look at a picture: as models take them, and as people do. */
export async function sample(
  type: PictureType,
  bytes: Buffer,
  { frames, maximumSidePixels }: { readonly frames: readonly number[]; readonly maximumSidePixels: number },
): Promise<{ readonly sampled: Sampled; readonly files: readonly Buffer[] }> {
  const source = await openPicture(type, bytes);
  const images: { readonly width: number; readonly height: number }[] = [];
  const files: Buffer[] = [];
  for (const index of frames) {
    const fitted = (await source.frame(index))
      .resize(maximumSidePixels, maximumSidePixels, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb');
    const { data, info } = await fitted
      .clone()
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    images.push({ width: info.width, height: info.height });
    files.push(data, await fitted.jpeg({ quality: 85 }).toBuffer());
  }
  return { sampled: { images }, files };
}
