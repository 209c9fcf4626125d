import { z } from 'zod';
import { invalid } from '../errors.js';
import type { RgbImage } from '../video-tools.js';

/** As floats in a model's thread this takes 200 MB; sampled frames are far smaller. */
export const MAXIMUM_PIXELS = 2 ** 24;

/** Pictures as they are shown to models. */
export const framesSchema = z.object({
  images: z.array(z.custom<RgbImage>((image) => assertPicture(image))).readonly(),
});

export const sizeOfFrames = ({ images }: z.infer<typeof framesSchema>) => ({
  items: images.length,
  bytes: images.reduce((sum, { pixels }) => sum + pixels.length, 0),
});

const assertPicture = (image: unknown): boolean => {
  const { width, height, pixels } = image as RgbImage;
  const positive = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!positive || pixels.length !== width * height * 3) {
    throw invalid(
      'invalid_image',
      `${pixels.length} bytes are not a picture of ${width} × ${height} pixels.`,
    );
  }
  if (width * height > MAXIMUM_PIXELS) {
    throw invalid('image_too_large', `A picture may have ${MAXIMUM_PIXELS} pixels, not ${width * height}.`);
  }
  return true;
};
