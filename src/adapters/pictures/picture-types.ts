/** Pictures that are told by their first bytes. `heif` is HEIC and AVIF: boxes further in say which. */
export const pictureTypes = ['jpeg', 'png', 'gif', 'webp', 'heif', 'tiff', 'bmp', 'svg'] as const;
export type PictureType = (typeof pictureTypes)[number];

/** First bytes, in hexadecimal. */
const signatures: readonly (readonly [PictureType, RegExp])[] = [
  ['jpeg', /^ffd8ff/],
  ['png', /^89504e470d0a1a0a/],
  ['gif', /^47494638(37|39)61/],
  ['webp', /^52494646.{8}57454250/],
  ['heif', /^.{8}66747970(6865(69|76)(63|78|6d|73)|6d696631|6d736631|617669(66|73))/], // ftyp: hei?, hev?, mif1, msf1, avif, avis
  ['tiff', /^(49492a00|4d4d002a|49492b00|4d4d002b)/],
  ['bmp', /^424d.{24}(0c|28|34|38|40|6c|7c)000000/], // BM, and a header of a length that there is
];

/** A document that begins as SVG does, perhaps behind a declaration and comments. */
const svg = /^\uFEFF?\s*(<\?xml[^>]*>\s*|<!--[\s\S]{0,2000}?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i;

/** How much of a file tells what it is. */
export const headBytes = 4096;

/** What kind of picture a file begins like; undefined for all else. Pure. */
export function pictureTypeOf(head: Uint8Array): PictureType | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const hexadecimal = bytes.subarray(0, 32).toString('hex');
  const found = signatures.find(([, signature]) => signature.test(hexadecimal));
  if (found) return found[0];
  return svg.test(bytes.subarray(0, headBytes).toString('utf8')) ? 'svg' : undefined;
}
