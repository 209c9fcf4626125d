import { deflateSync } from 'node:zlib';
import { pngChunk } from './hostile-pictures.js';

/** A rectangle of one colour: red, green, blue and alpha. */
export interface FramePart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: readonly number[];
  /** Seconds, as a fraction. */
  readonly delay: readonly [number, number];
  /** As numbered by the format: 0 none, 1 background, 2 previous. */
  readonly disposal: number;
  /** 0 in the place of what is there, 1 over it. */
  readonly blend: number;
}

/** An animation in PNG; with `standing` a picture of that colour which is none of its frames. */
export function apngOf({
  width,
  height,
  frames,
  standing,
}: {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly FramePart[];
  readonly standing?: readonly number[];
}): Buffer {
  let sequence = 0;
  const numbers = (...values: number[]) => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
    return bytes;
  };
  const pixels = (w: number, h: number, colour: readonly number[]) => {
    const row = Buffer.from([0, ...Array.from({ length: Math.min(w, 1000) }, () => colour).flat()]);
    return deflateSync(Buffer.concat(Array.from({ length: h }, () => row)));
  };
  const chunks = frames.flatMap((frame, index) => {
    const { x, y, delay, disposal, blend, colour } = frame;
    const control = Buffer.alloc(6);
    control.writeUInt16BE(delay[0], 0);
    control.writeUInt16BE(delay[1], 2);
    control.set([disposal, blend], 4);
    const head = pngChunk(
      'fcTL',
      Buffer.concat([numbers(sequence++, frame.width, frame.height, x, y), control]),
    );
    const data = pixels(frame.width, frame.height, colour);
    const isFirst = index === 0 && !standing;
    return isFirst
      ? [head, pngChunk('IDAT', data)]
      : [head, pngChunk('fdAT', Buffer.concat([numbers(sequence++), data]))];
  });
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', Buffer.concat([numbers(width, height), Buffer.from([8, 6, 0, 0, 0])])),
    pngChunk('acTL', numbers(frames.length, 0)),
    ...(standing ? [pngChunk('IDAT', pixels(width, height, standing))] : []),
    ...chunks,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
