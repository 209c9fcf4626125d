import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { parameterSetsIn, replacing } from '../../../src/adapters/ffmpeg/reserved-matrix.js';

describe('a file in which something is to be replaced', () => {
  const change = { from: Buffer.from('matrix 3'), to: Buffer.from('matrix 2') };

  test.each([1, 3, 8, 1000])('is otherwise the same, read in chunks of %i', async (size) => {
    const bytes = Buffer.from('matrix 3, matrix 33 and matrix matrix 3 in matri');
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const changed = await buffer(Readable.from(chunks).compose(replacing(change)));
    expect(changed.toString()).toBe('matrix 2, matrix 23 and matrix matrix 2 in matri');
  });
});

test.each([
  ['h264', '000000016742c0000000016868000001674242000001674242', ['6742c0', '674242']],
  ['hevc', '0000000140010000000142010203000000000126', ['42010203']],
  ['vp9', '000000016742', []],
])('the parameter sets of %s are found once each', (codec, stream, sets) => {
  expect(parameterSetsIn(Buffer.from(stream, 'hex'), { codec }).map((set) => set.toString('hex'))).toEqual(
    sets,
  );
});
