import { expect, test } from 'vitest';
import { bandsNear, bandsOf, MOST_DIFFERENT_BITS } from '../../../src/core/looks/bands.js';
import { lookDistance, lookOf } from '../../../src/core/looks/look.js';
import { frameMatchesNeeded } from '../../../src/core/looks/look-alike.js';
import type { RgbImage } from '../../../src/core/video-tools.js';
import { draw, plain } from '../../support/drawn-pictures.js';

/** A landscape of smooth hills, another one for each seed; from where and how large it is seen, and by how much light. */
const scene = (seed: number, { width = 480, height = 270, crop = 0, light = 1, noise = 0 } = {}): RgbImage =>
  draw(width, height, (column, row) => {
    const x = crop + (column / width) * (1 - 2 * crop);
    const y = crop + (row / height) * (1 - 2 * crop);
    const waves =
      Math.sin(x * (5 + (seed % 7)) + seed) * Math.cos(y * (4 + (seed % 5)) - seed) +
      Math.sin((x + y) * (9 + (seed % 3)) + seed * 2) / 2;
    const speckle = noise * (((column * 7919 + row * 104_729) % 17) - 8);
    const value = Math.max(0, Math.min(255, light * (120 + 70 * waves) + speckle));
    return [value, value * 0.9, value * 0.8];
  });
const distance = (one: RgbImage, other: RgbImage) => lookDistance(lookOf(one) ?? '', lookOf(other) ?? '0');

test.each<[string, Parameters<typeof scene>[1]]>([
  ['half as large', { width: 240, height: 135 }],
  ['of another shape', { width: 480, height: 360 }],
  ['darker', { light: 0.8 }],
  ['full of noise', { noise: 2 }],
  ['cropped by 2 % on each side', { crop: 0.02 }],
])('a copy that is %s looks the same', (_, change) => {
  for (const seed of [1, 2, 3, 4, 5])
    expect(distance(scene(seed), scene(seed, change))).toBeLessThanOrEqual(MOST_DIFFERENT_BITS);
});

test('other pictures look like something else', () => {
  const looks = Array.from({ length: 24 }, (_, seed) => lookOf(scene(seed)) ?? '0');
  const distances = looks.flatMap((one, index) =>
    looks.slice(0, index).map((other) => lookDistance(one, other)),
  );
  expect(Math.min(...distances)).toBeGreaterThan(MOST_DIFFERENT_BITS);
});

test.each<[string, RgbImage]>([
  ['black', plain(0, 0, 0)],
  ['one colour', plain(30, 90, 200)],
  ['a single pixel', plain(9, 9, 9, 1)],
  ['an even fade', draw(480, 270, (x) => [x / 2, x / 2, x / 2])],
  [
    'a faint vignette',
    draw(480, 270, (x, y) => Array(3).fill(Math.max(0, 40 - Math.hypot(x - 240, y - 135) / 8)) as never),
  ],
  ['fine stripes', draw(480, 270, (x) => (x % 4 < 2 ? [0, 0, 0] : [255, 255, 255]))],
  [
    'a word on plain ground',
    draw(480, 270, (x, y) => (y > 130 && y < 140 && x > 200 && x < 280 ? [255, 255, 255] : [10, 20, 40])),
  ],
])('a picture of %s looks like nothing that could be told apart', (_, picture) => {
  expect(lookOf(picture)).toBeNull();
});

test('figures before the same fade are not alike for its sake', () => {
  const before = (isFigure: (x: number, y: number) => boolean) =>
    lookOf(
      draw(480, 270, (column, row) => {
        const [x, y] = [column - 240, row - 135];
        const value = isFigure(x, y) ? 255 : Math.max(10, 136 - Math.hypot(x, y) / 2);
        return [value, value, value];
      }),
    );
  const looks = [
    before((x, y) => Math.hypot(x, y) < 90),
    before((x, y) => Math.abs(x) < 180 && Math.abs(y) < 40),
    before((x, y) => Math.abs(x) < 40 && Math.abs(y) < 120),
    before((x, y) => y > -100 && y < 100 && Math.abs(x) < (y + 100) / 2),
  ].filter((look) => look !== null);
  for (const [index, one] of looks.entries())
    for (const other of looks.slice(0, index))
      expect(lookDistance(one, other)).toBeGreaterThan(MOST_DIFFERENT_BITS);
});

test('whichever fifteen bits differ, one of the bands that are looked up is there', () => {
  const look = 'cee6e2f9bcfcee8b1078ec861323d0c9';
  let random = 1;
  const next = (below: number) => {
    random = (random * 48_271) % 2_147_483_647;
    return random % below;
  };
  for (let round = 0; round < 500; round++) {
    let changed = BigInt(`0x${look}`);
    for (let bit = 0; bit < MOST_DIFFERENT_BITS; bit++) changed ^= 1n << BigInt(next(128));
    const other = changed.toString(16).padStart(32, '0');
    const near = new Set(bandsNear(look));
    expect(bandsOf(other).some((band) => near.has(band))).toBe(true);
  }
  // At worst: two in each band but one.
  const worst = '33'.repeat(0) + (BigInt(`0x${look}`) ^ BigInt(`0x${'0003'.repeat(7)}0001`)).toString(16);
  expect(lookDistance(look, worst)).toBe(15);
  expect(bandsOf(worst).some((band) => bandsNear(look).includes(band))).toBe(true);
  expect(bandsNear(look)).toHaveLength(136);
});

test.each([
  ['image', 1, 1],
  ['image', 0, Number.POSITIVE_INFINITY],
  ['video', 8, 4],
  ['video', 4, 3],
  ['video', 2, Number.POSITIVE_INFINITY],
] as const)('of a kind %s known by %i frames another one needs %f', (kind, looks, needed) => {
  expect(frameMatchesNeeded(kind, looks)).toBe(needed);
});
