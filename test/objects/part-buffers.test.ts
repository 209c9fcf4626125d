import { expect, test } from 'vitest';
import { createPartBuffers } from '../../src/objects/part-buffers.js';

const MEBIBYTE = 1024 ** 2;
/** So many bytes, in chunks. */
const chunksOf = (letter: string, sizeBytes: number): Buffer[] => [
  Buffer.alloc(sizeBytes - 5, letter),
  Buffer.alloc(5, letter),
];

test('memory of what was sent is used again by parts of about the same size, and by no two at once', async () => {
  const buffers = createPartBuffers();
  await buffers.during(async () => {
    const first = buffers.together(chunksOf('1', MEBIBYTE + 7));
    const second = buffers.together(chunksOf('2', MEBIBYTE + 7));
    expect(second.buffer).not.toBe(first.buffer);
    buffers.free(first);
    const third = buffers.together(chunksOf('3', MEBIBYTE + 9));
    expect(third.buffer).toBe(first.buffer);
    expect(buffers.together(chunksOf('4', MEBIBYTE + 9)).buffer).not.toBe(first.buffer);
    expect(second.equals(Buffer.alloc(MEBIBYTE + 7, '2'))).toBe(true);
    expect(third.equals(Buffer.alloc(MEBIBYTE + 9, '3'))).toBe(true);
    buffers.free(third);
    expect(buffers.together(chunksOf('5', 2 * MEBIBYTE + 1)).buffer).not.toBe(third.buffer);
  });
});

test('what is small has no memory that is kept', async () => {
  const buffers = createPartBuffers();
  await buffers.during(async () => {
    const small = buffers.together([Buffer.from('one '), Buffer.from('two')]);
    buffers.free(small);
    expect(buffers.together([Buffer.from('three')]).toString()).toBe('three');
    expect(small.toString()).toBe('one two');
  });
});

test('none is kept when nothing is under way', async () => {
  const buffers = createPartBuffers();
  const freed = await buffers.during(async () => {
    const part = buffers.together(chunksOf('1', MEBIBYTE));
    buffers.free(part);
    return part;
  });
  buffers.free(freed);
  await buffers.during(async () => {
    expect(buffers.together(chunksOf('2', MEBIBYTE)).buffer).not.toBe(freed.buffer);
  });
});
