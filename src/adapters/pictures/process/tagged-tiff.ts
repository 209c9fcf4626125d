import type { RawPixels } from './bmp.ts';

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

/**
 * Pixels with the colour profile that tells what they mean, as a TIFF without compression: of bare pixels, which is all
 * that some decoders give, nobody would convert the colours.
 */
export function taggedTiff({ width, height, channels, data }: RawPixels, profile: Uint8Array): Buffer {
  const entries: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, channels, 0], // 8 bits each, below
    [259, SHORT, 1, 1], // no compression
    [262, SHORT, 1, 2], // RGB
    [273, LONG, 1, 0], // where the pixels are
    [277, SHORT, 1, channels],
    [278, LONG, 1, height], // all rows in one strip
    [279, LONG, 1, data.length],
    ...(channels === 4 ? ([[338, SHORT, 1, 2]] as const) : []), // alpha that is not multiplied in
    [34675, UNDEFINED, profile.length, 0],
  ];
  const bitsAt = 8 + 2 + entries.length * 12 + 4;
  const profileAt = bitsAt + channels * 2;
  const pixelsAt = profileAt + profile.length + (profile.length % 2);
  const head = Buffer.alloc(pixelsAt);
  head.write('II*\0', 0, 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + index * 12;
    const told = tag === 258 ? bitsAt : tag === 273 ? pixelsAt : tag === 34675 ? profileAt : value;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(told, at + 8);
  }
  for (let channel = 0; channel < channels; channel++) head.writeUInt16LE(8, bitsAt + channel * 2);
  head.set(profile, profileAt);
  return Buffer.concat([head, data]);
}
