import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';

/** What ThumbHash takes. */
const LONGEST_SIDE_PIXELS = 100;

/** What stands for a picture of ours before it is there: ThumbHash in Base64. Undefined where none can be made: nothing waits for it. */
export async function placeholderOf(path: string): Promise<string | undefined> {
  try {
    const { data, info } = await sharp(path)
      .resize(LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
  } catch {
    return undefined;
  }
}
