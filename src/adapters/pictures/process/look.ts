import type { PictureType } from '../../../core/picture-types.js';
import { nameOfProfile } from './icc-name.ts';
import { openPicture } from './open-picture.ts';
import { photoDetailsOf } from './photo-details.ts';
import type { Looked } from './picture-protocol.js';

const bitsOf: Readonly<Record<string, number>> = { uchar: 8, char: 8, ushort: 16, short: 16 };
/** What browsers make of a frame without a time of its own. */
const USUAL_DELAY_MILLISECONDS = 100;

/** What a picture is, by its headers alone. */
export async function look(type: PictureType, bytes: Buffer): Promise<Looked> {
  const { metadata, format, frameCount } = await openPicture(type, bytes);
  const { width, height, orientation = 1, delay = [] } = metadata;
  const isTurned = orientation >= 5;
  const milliseconds = delay.reduce((sum, each) => sum + (each > 0 ? each : USUAL_DELAY_MILLISECONDS), 0);
  return {
    format,
    codedWidth: width,
    codedHeight: height,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    frameCount,
    durationSeconds: frameCount > 1 ? milliseconds / 1000 : 0,
    hasAlpha: metadata.hasAlpha ?? false,
    bitDepth: metadata.bitsPerSample ?? bitsOf[metadata.depth ?? 'uchar'] ?? 32,
    colorSpace: metadata.space ?? 'srgb',
    colorProfile: nameOfProfile(metadata.icc),
    photo: await photoDetailsOf({
      ...{ exif: metadata.exif, xmp: metadata.xmp, iptc: metadata.iptc },
      file: type === 'tiff' ? bytes : undefined,
    }),
  };
}
