import sharp, { type Metadata, type Sharp } from 'sharp';
import type { PictureType } from '../../../core/picture-types.js';
import { decodeBmp, type RawPixels, readBmpHeader } from './bmp.ts';
import { decodeHeic } from './heic.ts';
import { maximumFrames, maximumPixels } from './limits.ts';
import { Refused } from './refusal.ts';
import { taggedTiff } from './tagged-tiff.ts';

sharp.cache(false);
// libvips has readers of dozens of formats, documents and scripts among them: none but these is ever asked.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif', 'Tiff'].map((format) => `VipsForeignLoad${format}`),
});

/** Of what libvips calls them. */
const formats: Readonly<Partial<Record<PictureType, string>>> = {
  ...{ jpeg: 'jpeg', png: 'png', gif: 'gif', webp: 'webp', heif: 'heif', tiff: 'tiff' },
};

export interface OpenPicture {
  readonly metadata: Pick<
    Metadata,
    | 'width'
    | 'height'
    | 'orientation'
    | 'hasAlpha'
    | 'depth'
    | 'bitsPerSample'
    | 'space'
    | 'icc'
    | 'exif'
    | 'xmp'
    | 'delay'
  >;
  readonly format: string;
  readonly frameCount: number;
  /** The picture, or one frame of it, still as it is stored. */
  frame(index: number): Promise<Sharp>;
  /** All frames, one below the other. */
  animation(): Sharp;
}

const input = { limitInputPixels: maximumPixels, failOn: 'error' } as const;

/** Reads what a picture says of itself, and throws for what is not taken before its pixels are. */
export async function openPicture(type: PictureType, bytes: Buffer): Promise<OpenPicture> {
  if (type === 'bmp') return openBmp(bytes);
  const metadata = await sharp(bytes, input).metadata();
  if (metadata.format !== formats[type])
    throw new Refused('corrupt_media', 'It begins like another kind of picture than it is.');
  const isMoving = type === 'gif' || type === 'webp';
  const frameCount = isMoving ? (metadata.pages ?? 1) : 1;
  if (frameCount > maximumFrames)
    throw new Refused('too_many_frames', `It has ${frameCount} frames; at most ${maximumFrames} are taken.`);
  const pixels = metadata.width * metadata.height * frameCount;
  if (pixels > maximumPixels)
    throw new Refused('too_many_pixels', `It has ${pixels} pixels; at most ${maximumPixels} are taken.`);
  const isHeic = metadata.format === 'heif' && metadata.compression !== 'av1';
  if (isHeic && metadata.compression !== 'hevc')
    throw new Refused('unsupported_codec', `Pictures of the codec ${metadata.compression} are not taken.`);
  // What libheif gives is upright.
  const { orientation = 1 } = isHeic ? {} : metadata;
  return {
    metadata: { ...metadata, orientation },
    format: metadata.format === 'heif' ? (isHeic ? 'heic' : 'avif') : metadata.format,
    frameCount,
    frame: async (index) => {
      if (isHeic) return fromPixels(await decodeHeic(bytes), metadata.icc);
      return sharp(bytes, isMoving ? { ...input, page: index, pages: 1 } : input);
    },
    animation: () => sharp(bytes, { ...input, animated: true }),
  };
}

function openBmp(bytes: Buffer): OpenPicture {
  const { width, height, bits } = readBmpHeader(bytes);
  return {
    metadata: {
      ...{
        width,
        height,
        orientation: 1,
        hasAlpha: bits === 32,
        depth: 'uchar',
        bitsPerSample: 8,
        space: 'srgb',
      },
    },
    ...{ format: 'bmp', frameCount: 1 },
    frame: async () => fromPixels(decodeBmp(bytes), undefined),
    animation: () => {
      throw new Refused('corrupt_media', 'It does not move.');
    },
  };
}

function fromPixels(pixels: RawPixels, profile: Uint8Array | undefined): Sharp {
  const { width, height, channels, data } = pixels;
  return profile
    ? sharp(taggedTiff(pixels, profile), input)
    : sharp(data, { ...input, raw: { width, height, channels } });
}
