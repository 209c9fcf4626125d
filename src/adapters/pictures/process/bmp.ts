import { unpackRle } from './bmp-rle.ts';
import { maximumPixels } from './limits.ts';
import { damaged, Refused } from './refusal.ts';

export interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

const UNCOMPRESSED = 0;
/** Bits of a pixel by the compression that they may have. */
const runLengths: Readonly<Record<number, number>> = { 1: 8, 2: 4 };
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly headerSize: number;
  readonly compression: number;
  readonly pixelsAt: number;
  readonly colours: number;
}

/** What the header tells, before anything of its size is held. */
export function readBmpHeader(bytes: Buffer): Header {
  if (bytes.length < 26) throw damaged('the header is not whole');
  const headerSize = bytes.readUInt32LE(14);
  const isOld = headerSize === 12;
  if (bytes.length < 14 + headerSize) throw damaged('the header is not whole');
  const width = isOld ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  const told = isOld ? bytes.readUInt16LE(20) : bytes.readInt32LE(22);
  const bits = bytes.readUInt16LE(isOld ? 24 : 28);
  const compression = isOld ? UNCOMPRESSED : bytes.readUInt32LE(30);
  const height = Math.abs(told);
  if (width <= 0 || height === 0) throw damaged('it has no pixels');
  if (width * height > maximumPixels)
    throw new Refused('too_many_pixels', 'It has more pixels than are taken.');
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw damaged(`pixels of ${bits} bits`);
  if (![UNCOMPRESSED, BIT_FIELDS, ALPHA_BIT_FIELDS].includes(compression) && !(compression in runLengths))
    throw new Refused('unsupported_codec', 'A BMP with another kind of picture in it is not taken.');
  if (compression in runLengths && (runLengths[compression] !== bits || told < 0))
    throw damaged('its compression does not fit its pixels');
  const colours = bits > 8 ? 0 : (isOld ? 0 : bytes.readUInt32LE(46)) || 2 ** bits;
  if (colours > 2 ** bits) throw damaged('it has too many colours');
  return {
    ...{ width, height, isTopDown: told < 0, bits, headerSize, compression },
    ...{ pixelsAt: bytes.readUInt32LE(10), colours },
  };
}

/** One colour of a pixel of 16 or 32 bits. */
interface Mask {
  readonly mask: number;
  readonly shift: number;
  readonly most: number;
}
function maskOf(mask: number): Mask {
  const shift = mask === 0 ? 0 : Math.clz32(mask & -mask) ^ 31;
  return { mask, shift, most: mask >>> shift || 1 };
}
const levelOf = (pixel: number, { mask, shift, most }: Mask): number =>
  Math.round((((pixel & mask) >>> shift) * 255) / most);

function masksOf(bytes: Buffer, { bits, compression, headerSize }: Header): readonly Mask[] {
  if (compression === UNCOMPRESSED)
    return (bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]).map(maskOf);
  if (bytes.length < 70) throw damaged('the masks are not whole');
  const hasAlpha = compression === ALPHA_BIT_FIELDS || headerSize >= 56;
  return [54, 58, 62, 66].map((at, index) => maskOf(index === 3 && !hasAlpha ? 0 : bytes.readUInt32LE(at)));
}

interface Rows {
  readonly bytes: Uint8Array;
  readonly bits: number;
  readonly from: number;
  readonly rowBytes: number;
}

function rowsOf(bytes: Buffer, { width, height, bits, compression, pixelsAt }: Header): Rows {
  if (compression in runLengths)
    return {
      ...{ bytes: unpackRle(bytes.subarray(pixelsAt), { width, height, bits }) },
      ...{ bits: 8, from: 0, rowBytes: width },
    };
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (pixelsAt + rowBytes * height > bytes.length) throw damaged('pixels are missing');
  return { bytes, bits, from: pixelsAt, rowBytes };
}

/** Whether there is a mask of transparency, so that the fourth byte of a pixel is more than its padding. */
export const bmpHasAlpha = (bytes: Buffer): boolean => {
  const header = readBmpHeader(bytes);
  return header.bits > 8 && header.bits !== 24 && (masksOf(bytes, header)[3]?.mask ?? 0) !== 0;
};

/** Decodes it. Throws for what is not there. */
export function decodeBmp(bytes: Buffer): RawPixels {
  const header = readBmpHeader(bytes);
  const { width, height, isTopDown, colours, headerSize } = header;
  const rows = rowsOf(bytes, header);
  const { bits, rowBytes } = rows;
  const entryBytes = headerSize === 12 ? 3 : 4;
  const paletteAt = 14 + headerSize;
  if (colours > 0 && paletteAt + colours * entryBytes > bytes.length) throw damaged('colours are missing');
  const masks = bits === 16 || bits === 32 ? masksOf(bytes, header) : [];
  const alpha = masks[3]?.mask ? masks[3] : undefined;
  const channels = alpha ? 4 : 3;
  const data = Buffer.alloc(width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = rows.from + (isTopDown ? row : height - 1 - row) * rowBytes;
    for (let x = 0; x < width; x++) {
      const to = (row * width + x) * channels;
      if (bits <= 8) {
        const byte = rows.bytes[from + ((x * bits) >> 3)] ?? 0;
        const index = (byte >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1);
        const at = paletteAt + Math.min(index, colours - 1) * entryBytes;
        for (let c = 0; c < 3; c++) data[to + c] = bytes[at + 2 - c] ?? 0;
      } else if (bits === 24) {
        const at = from + x * 3;
        for (let c = 0; c < 3; c++) data[to + c] = bytes[at + 2 - c] ?? 0;
      } else {
        const pixel = bits === 16 ? bytes.readUInt16LE(from + x * 2) : bytes.readUInt32LE(from + x * 4);
        for (let c = 0; c < channels; c++) data[to + c] = levelOf(pixel, masks[c] as Mask);
      }
    }
  }
  return { width, height, channels, data };
}
