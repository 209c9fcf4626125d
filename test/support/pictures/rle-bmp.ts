/** How a stretch of pixels is written: so many of one, one by one, or none. */
export type Stretch =
  | { readonly run: number; readonly index: number }
  | { readonly each: readonly number[] }
  | { readonly move: readonly [right: number, up: number] }
  | 'end of row'
  | 'end of picture';

/** A BMP compressed as RLE8 or RLE4, from the bottom up; the colours are grey, 16 levels apart. */
export function rleBmp(
  bits: 4 | 8,
  { width, height }: { readonly width: number; readonly height: number },
  stretches: readonly Stretch[],
): Buffer {
  const packed = Buffer.from(stretches.flatMap((stretch) => bytesOf(bits, stretch)));
  const colours = 16;
  const head = Buffer.alloc(54 + colours * 4);
  head.write('BM', 0, 'latin1');
  head.writeUInt32LE(head.length + packed.length, 2);
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(bits === 8 ? 1 : 2, 30);
  head.writeUInt32LE(packed.length, 34);
  head.writeUInt32LE(colours, 46);
  for (let index = 0; index < colours; index++) head.fill(index * 16, 54 + index * 4, 57 + index * 4);
  return Buffer.concat([head, packed]);
}

function bytesOf(bits: 4 | 8, stretch: Stretch): number[] {
  if (stretch === 'end of row') return [0, 0];
  if (stretch === 'end of picture') return [0, 1];
  if ('move' in stretch) return [0, 2, ...stretch.move];
  const pair = (one: number, other: number) => (one << 4) | other;
  if ('run' in stretch) return [stretch.run, bits === 8 ? stretch.index : pair(stretch.index, stretch.index)];
  const { each } = stretch;
  const packed =
    bits === 8
      ? each
      : Array.from({ length: Math.ceil(each.length / 2) }, (_, at) =>
          pair(each[at * 2] ?? 0, each[at * 2 + 1] ?? 0),
        );
  return [0, each.length, ...packed, ...(packed.length % 2 ? [0] : [])];
}
