import { expect, test } from 'vitest';
import { createJpegReader } from '../../../src/adapters/ffmpeg/live/jpeg-reader.js';

const part = (jpeg: Buffer) =>
  Buffer.concat([
    Buffer.from(`--ffmpeg\r\nContent-type: image/jpeg\r\nContent-length: ${jpeg.length}\r\n\r\n`),
    jpeg,
    Buffer.from('\r\n'),
  ]);
const jpegs = [10, 0, 3000, 1].map((length, index) => Buffer.alloc(length, index));

test.each([1, 7, 1000, 100_000])('pictures are found, whatever pieces of %i bytes they come in', (size) => {
  const found: Buffer[] = [];
  const read = createJpegReader((jpeg) => found.push(jpeg), 5000);
  const bytes = Buffer.concat(jpegs.map(part));
  for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
  expect(found).toEqual(jpegs);
});

test.each([
  ['larger than they may be', part(Buffer.alloc(6000))],
  ['something else', Buffer.alloc(400, 'x')],
])('what is %s is refused', (_, bytes) => {
  expect(() => createJpegReader(() => {}, 5000)(bytes)).toThrow('something else than the frames');
});
