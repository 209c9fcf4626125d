import sharp, { type ResizeOptions, type Sharp } from 'sharp';
import type { PictureType } from '../../../core/picture-types.js';
import { fingerprintsOf } from './fingerprints.ts';
import { animatedQuality, longestSide } from './limits.ts';
import { openPicture } from './open-picture.ts';
import type { Drawn, DrawnPicture } from './picture-protocol.js';

const POSTER_WIDTH = 1280;

interface Written {
  readonly picture: DrawnPicture;
  readonly bytes: Buffer;
}

const within = (width: number): ResizeOptions => ({
  ...{ width, height: longestSide },
  ...{ fit: 'inside', withoutEnlargement: true },
});

/** JPEG knows no transparency. */
const encoders: Readonly<Record<'jpg' | 'webp' | 'avif', (picture: Sharp) => Sharp>> = {
  jpg: (picture) => picture.flatten({ background: '#ffffff' }).jpeg({ quality: 82, progressive: true }),
  webp: (picture) => picture.webp({ quality: 80, effort: 4 }),
  avif: (picture) => picture.avif({ quality: 55, effort: 2, chromaSubsampling: '4:2:0' }),
};

/**
 * What is served of a picture: upright, in sRGB, without a word of what is written in it. It is decoded once, to the
 * largest size asked for, of which the others are made.
 */
export async function draw(
  type: PictureType,
  bytes: Buffer,
  widths: readonly number[],
): Promise<{ readonly drawn: Drawn; readonly files: readonly Buffer[] }> {
  const source = await openPicture(type, bytes);
  const largest = Math.max(...widths, POSTER_WIDTH);
  const whole = (await source.frame(0)).resize(within(largest)).toColourspace('srgb');
  const { data, info } = await whole.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const upright = () => sharp(data, { raw });

  const still = async (name: string, width: number, format: keyof typeof encoders): Promise<Written> => {
    const sized = upright().resize(within(width));
    const made = await encoders[format](sized).toBuffer({ resolveWithObject: true });
    const size = { width: made.info.width, height: made.info.height };
    return { picture: { name, ...size, isAnimated: false }, bytes: made.data };
  };
  const moving = async (name: string, width: number): Promise<Written> => {
    const made = await (await source.animation())
      .resize(within(width))
      .webp(animatedQuality)
      .toBuffer({ resolveWithObject: true });
    const size = { width: made.info.width, height: made.info.pageHeight ?? made.info.height };
    return { picture: { name, ...size, isAnimated: true }, bytes: made.data };
  };

  const written: Written[] = [];
  for (const width of widths)
    for (const format of ['jpg', 'webp', 'avif'] as const) {
      const name = `${width}.${format}`;
      const moves = format === 'webp' && source.frameCount > 1;
      written.push(await (moves ? moving(name, width) : still(name, width, format)));
    }
  written.push(await still('poster.jpg', POSTER_WIDTH, 'jpg'));
  return {
    drawn: { pictures: written.map(({ picture }) => picture), ...(await fingerprintsOf(upright)) },
    files: written.map((each) => each.bytes),
  };
}
