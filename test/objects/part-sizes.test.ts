import { expect, test } from 'vitest';
import { FIRST_PART_BYTES, partBytesAt } from '../../src/objects/part-sizes.js';

const partsOf = (sizeBytes: number): number => {
  let parts = 0;
  for (let at = 0; at < sizeBytes; parts += 1) at += partBytesAt(at);
  return parts;
};

test('parts have 8 MiB until there are a thousand of them, and the largest object stays within ten thousand', () => {
  expect(partBytesAt(0)).toBe(8 * 1024 ** 2);
  expect(partBytesAt(999 * FIRST_PART_BYTES)).toBe(FIRST_PART_BYTES);
  expect(partBytesAt(50 * 1024 ** 3)).toBeLessThan(64 * 1024 ** 2);
  expect(partsOf(5 * 1024 ** 4)).toBeLessThan(10_000);
});
