import { expect, test } from 'vitest';
import { greyPicture } from '../../../../src/adapters/inference/text/grey-picture.js';
import { draw, plain } from '../../../support/drawn-pictures.js';

test('a picture that is small enough keeps its pixels, as bright as they are', () => {
  const picture = draw(3, 2, (x, y) => [x * 100, x * 100, y * 100]);
  expect(greyPicture(picture, 3)).toEqual({
    ...{ width: 3, height: 2 },
    pixels: Uint8Array.of(0, 89, 177, 11, 100, 189),
  });
});

test('a larger one has means of its pixels, and its shape', () => {
  const chequered = draw(400, 100, (x) => (x % 2 === 0 ? [0, 0, 0] : [200, 200, 200]));
  const { width, height, pixels } = greyPicture(chequered, 100);
  expect([width, height]).toEqual([100, 25]);
  expect(new Set(pixels)).toEqual(new Set([100]));
});

test.each([
  [1, 5000],
  [5000, 1],
  [2001, 3],
])('one of %i × %i keeps at least a pixel each way', (width, height) => {
  const { pixels, ...size } = greyPicture(
    draw(width, height, () => [9, 9, 9]),
    2000,
  );
  expect(Math.min(size.width, size.height)).toBeGreaterThan(0);
  expect(pixels.every((value) => value === 9)).toBe(true);
  expect(greyPicture(plain(1, 1, 1, 1), 2000).pixels).toEqual(Uint8Array.of(1));
});
