/** Pictures that are told by their first bytes. `heif` is HEIC and AVIF: boxes further in say which. */
export const pictureTypes = ['jpeg', 'png', 'gif', 'webp', 'heif', 'tiff', 'bmp', 'svg'] as const;
export type PictureType = (typeof pictureTypes)[number];

export interface PictureBeginning {
  readonly type: PictureType;
  /** What people call it. */
  readonly name: string;
}

interface Signature extends PictureBeginning {
  /** In hexadecimal. */
  readonly firstBytes: RegExp;
}

/** HEIC and AVIF are told apart from MP4, whose boxes they use, by their brand. */
const signatures: readonly Signature[] = [
  { type: 'jpeg', name: 'JPEG', firstBytes: /^ffd8ff/ },
  { type: 'png', name: 'PNG', firstBytes: /^89504e47/ },
  { type: 'gif', name: 'GIF', firstBytes: /^47494638/ },
  { type: 'webp', name: 'WebP', firstBytes: /^52494646.{8}57454250/ },
  { type: 'heif', name: 'HEIC', firstBytes: /^.{8}667479706865(69|76)(63|78|6d|73)/ }, // ftyp: hei?, hev?
  { type: 'heif', name: 'HEIF', firstBytes: /^.{8}667479706d(69|73)6631/ }, // ftyp: mif1, msf1
  { type: 'heif', name: 'AVIF', firstBytes: /^.{8}66747970617669(66|73)/ }, // ftyp: avif, avis
  { type: 'tiff', name: 'TIFF', firstBytes: /^(49492a00|4d4d002a|49492b00|4d4d002b)/ },
  { type: 'bmp', name: 'BMP', firstBytes: /^424d.{24}(0c|28|34|38|40|6c|7c)000000/ }, // BM, and a header of a length that there is
];

/** A document that begins as SVG does, perhaps behind a declaration and comments. */
const svg = /^\uFEFF?\s*(<\?xml[^>]*>\s*|<!--[\s\S]{0,2000}?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i;

/** How much of a file tells what it is. */
export const pictureHeadBytes = 4096;

/** What kind of picture a file begins like, taken or not; undefined for all else. Pure. */
export function pictureBeginning(head: Uint8Array): PictureBeginning | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const hexadecimal = bytes.subarray(0, 32).toString('hex');
  const found = signatures.find(({ firstBytes }) => firstBytes.test(hexadecimal));
  if (found) return { type: found.type, name: found.name };
  return svg.test(bytes.subarray(0, pictureHeadBytes).toString('utf8'))
    ? { type: 'svg', name: 'SVG' }
    : undefined;
}
