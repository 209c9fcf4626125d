import sharp from 'sharp';
import { invalid } from '../../core/errors.js';
import { MAXIMUM_PIXELS } from '../../core/inference/frames.js';
import type { RgbImage } from '../../core/video-tools.js';

/** So little is lost that models see the same. */
const QUALITY = 95;

export const jpegOf = ({ width, height, pixels }: RgbImage): Promise<Buffer> =>
  sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4', optimiseCoding: false })
    .toBuffer();

/**
 * The pixels of a JPEG file, upright as it lies there. By its first bytes no other decoder than that of JPEG is ever asked.
 * Throws `invalid`: `invalid_image`, `image_too_large`.
 */
export async function rgbOf(jpeg: Uint8Array): Promise<RgbImage> {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8 || jpeg[2] !== 0xff)
    throw invalid('invalid_image', 'A frame has to be a JPEG file.');
  const file = sharp(jpeg, { failOn: 'error', limitInputPixels: false });
  const { width, height } = await file.metadata().catch(notDecodable);
  if (width * height > MAXIMUM_PIXELS)
    throw invalid('image_too_large', `A picture may have ${MAXIMUM_PIXELS} pixels, not ${width * height}.`);
  const { data, info } = await file
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(notDecodable);
  return { width: info.width, height: info.height, pixels: threeChannels(data, info.channels) };
}

const notDecodable = (): never => {
  throw invalid('invalid_image', 'A frame could not be decoded: it is broken, or cut off.');
};

/** Grey files have one channel. */
const threeChannels = (data: Buffer, channels: number): Uint8Array => {
  if (channels === 3) return data;
  const pixels = new Uint8Array((data.length / channels) * 3);
  for (let place = 0; place < pixels.length / 3; place++)
    pixels.fill(data[place * channels] ?? 0, place * 3, place * 3 + 3);
  return pixels;
};
