import sharp, { type Metadata, type Sharp } from 'sharp';
import type { PictureType } from '../../../core/picture-types.js';
import { animatedWebp } from './animated-webp.ts';
import { type Apng, readApng } from './apng.ts';
import { shownFrames } from './apng-canvas.ts';
import { bmpHasAlpha, decodeBmp, type RawPixels, readBmpHeader } from './bmp.ts';
import { decodeHeic } from './heic.ts';
import { decoding, maximumFrames, maximumPixels } from './limits.ts';
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

type Described =
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
  | 'iptc'
  | 'delay';

export interface OpenPicture {
  /** Its orientation is what `frame` does away with. */
  readonly metadata: Pick<Metadata, Described>;
  readonly format: string;
  readonly frameCount: number;
  /** The picture, or one frame of it, upright, in the colours of the file. */
  frame(index: number): Promise<Sharp>;
  /** All frames, one below the other. */
  animation(): Promise<Sharp>;
}

/** Reads what a picture says of itself, and throws for what is not taken before its pixels are. */
export async function openPicture(type: PictureType, bytes: Buffer): Promise<OpenPicture> {
  if (type === 'bmp') return openBmp(bytes);
  const metadata = await sharp(bytes, decoding).metadata();
  if (metadata.format !== formats[type])
    throw new Refused('corrupt_media', 'It begins like another kind of picture than it is.');
  const apng = type === 'png' ? readApng(bytes) : undefined;
  const mayMove = type === 'gif' || type === 'webp';
  const frameCount = apng?.frames.length ?? (mayMove ? (metadata.pages ?? 1) : 1);
  if (frameCount > maximumFrames)
    throw new Refused('too_many_frames', `It has ${frameCount} frames; at most ${maximumFrames} are taken.`);
  const pixels = metadata.width * metadata.height * frameCount;
  if (pixels > maximumPixels)
    throw new Refused('too_many_pixels', `It has ${pixels} pixels; at most ${maximumPixels} are taken.`);
  if (apng) return openApng(apng, metadata);
  // Frames are shown as they are stored: no program turns them, and none that stands could lie beside.
  if (frameCount > 1)
    return {
      metadata: { ...metadata, orientation: 1 },
      ...{ format: metadata.format, frameCount },
      frame: async (index) => sharp(bytes, { ...decoding, page: index, pages: 1 }),
      animation: async () => sharp(bytes, { ...decoding, animated: true }),
    };
  if (metadata.format === 'heif') return openHeif(bytes, metadata);
  return { metadata, format: metadata.format, ...standing(async () => sharp(bytes, decoding).autoOrient()) };
}

const standing = (frame: () => Promise<Sharp>): Pick<OpenPicture, 'frameCount' | 'frame' | 'animation'> => ({
  frameCount: 1,
  frame,
  animation: () => Promise.reject(new Refused('corrupt_media', 'It does not move.')),
});

/** What libheif gives is upright: by the boxes of the file, which count instead of what EXIF says (ISO/IEC 23008-12, A.2.3). */
function openHeif(bytes: Buffer, metadata: Metadata): OpenPicture {
  const { compression } = metadata;
  if (compression !== 'av1' && compression !== 'hevc')
    throw new Refused('unsupported_codec', `Pictures of the codec ${compression} are not taken.`);
  return {
    metadata: { ...metadata, orientation: 1 },
    format: compression === 'av1' ? 'avif' : 'heic',
    ...standing(async () =>
      compression === 'av1' ? sharp(bytes, decoding) : fromPixels(await decodeHeic(bytes), metadata.icc),
    ),
  };
}

function openApng(apng: Apng, metadata: Metadata): OpenPicture {
  let moving: Promise<Buffer> | undefined;
  return {
    metadata: {
      ...metadata,
      orientation: 1,
      delay: apng.frames.map(({ delayMilliseconds }) => delayMilliseconds),
    },
    ...{ format: 'png', frameCount: apng.frames.length },
    async frame(index) {
      let at = 0;
      for await (const { width, height, data } of shownFrames(apng))
        if (at++ === index) return fromPixels({ width, height, channels: 4, data }, undefined);
      throw new Refused('corrupt_media', 'It has no such frame.');
    },
    async animation() {
      moving ??= animatedWebp(shownFrames(apng), apng.plays);
      return sharp(await moving, { ...decoding, animated: true });
    },
  };
}

function openBmp(bytes: Buffer): OpenPicture {
  const { width, height } = readBmpHeader(bytes);
  return {
    metadata: {
      ...{ width, height, orientation: 1, hasAlpha: bmpHasAlpha(bytes) },
      ...{ depth: 'uchar', bitsPerSample: 8, space: 'srgb' },
    },
    format: 'bmp',
    ...standing(async () => fromPixels(decodeBmp(bytes), undefined)),
  };
}

function fromPixels(pixels: RawPixels, profile: Uint8Array | undefined): Sharp {
  const { width, height, channels, data } = pixels;
  return profile
    ? sharp(taggedTiff(pixels, profile), decoding)
    : sharp(data, { ...decoding, raw: { width, height, channels } });
}
