import { type MediaFlowError, unsupported } from '../../core/errors.js';
import { whatIsTaken } from './allow-lists.js';

/** First bytes, in hexadecimal. HEIC and AVIF are told apart from MP4, whose boxes they use, by their brand. */
const signatures: Readonly<Record<string, RegExp>> = {
  JPEG: /^ffd8ff/,
  PNG: /^89504e47/,
  GIF: /^47494638/,
  TIFF: /^(49492a00|4d4d002a)/,
  WebP: /^52494646.{8}57454250/,
  HEIC: /^.{8}667479706865(69|76)[0-9a-f]{2}/, // ftyp: hei?, hev?
  HEIF: /^.{8}667479706d(69|73)6631/, // ftyp: mif1, msf1
  AVIF: /^.{8}667479706176(6966|6973)/, // ftyp: avif, avis
};

/** What people call the kind of picture that a file begins like; undefined for all else. Pure. */
export function pictureTypeOf(head: Uint8Array): string | undefined {
  const hexadecimal = Buffer.from(head.subarray(0, 16)).toString('hex');
  return Object.keys(signatures).find((type) => signatures[type]?.test(hexadecimal));
}

/** A picture, which some tools would take for damage and some for a video of one frame. */
export const pictureRefused = (type: string, details?: { readonly said: string }): MediaFlowError =>
  unsupported('forbidden_format', `This is a picture (${type}). ${whatIsTaken}`, details);
