import { damaged } from './refusal.ts';

const END_OF_ROW = 0;
const END_OF_PICTURE = 1;
const MOVE = 2;

/**
 * Unpacks what is compressed as RLE8 or RLE4 ([MS-WMF] 3.1.6) into a byte for each pixel, the index of its colour, in rows from the
 * bottom up without padding. What is jumped over has the first colour. Throws where data end before the picture does.
 */
export function unpackRle(
  packed: Uint8Array,
  { width, height, bits }: { readonly width: number; readonly height: number; readonly bits: number },
): Uint8Array {
  const indices = new Uint8Array(width * height);
  let [x, row, at] = [0, 0, 0];
  const next = (): number => {
    const byte = packed[at++];
    if (byte === undefined) throw damaged('pixels are missing');
    return byte;
  };
  /** What is behind the end of a row is of nothing. */
  const put = (index: number) => {
    if (x < width && row < height) indices[row * width + x] = index;
    x += 1;
  };
  const nibble = (byte: number, place: number) => (place % 2 === 0 ? byte >> 4 : byte & 15);

  while (row < height) {
    const count = next();
    const value = next();
    if (count > 0) {
      for (let place = 0; place < count; place++) put(bits === 8 ? value : nibble(value, place));
    } else if (value === END_OF_PICTURE) return indices;
    else if (value === END_OF_ROW) {
      x = 0;
      row += 1;
    } else if (value === MOVE) {
      x += next();
      row += next();
    } else {
      const from = at;
      for (let place = 0; place < value; place++)
        if (bits === 8) put(next());
        else put(nibble(place % 2 === 0 ? next() : (packed[at - 1] ?? 0), place));
      // Each stretch begins at an even place.
      at += (at - from) % 2;
    }
  }
  return indices;
}
