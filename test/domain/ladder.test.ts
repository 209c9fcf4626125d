import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planLadder } from '../../src/domain/media/ladder.js';
import type { LadderRung, Probe } from '../../src/domain/media/media-values.js';
import { deepFreeze } from '../kit/deep-freeze.js';
import { probe } from '../kit/media-fixtures.js';

type Video = NonNullable<Probe['video']>;

function video(change: Partial<Video>): Video {
  if (!probe.video) throw new Error('the fixture has a picture');
  return deepFreeze({ ...probe.video, ...change });
}

const inShort = (ladder: readonly LadderRung[]): string =>
  ladder.map(({ name, width, height }) => `${name}=${width}x${height}`).join(' ');

const sizes: readonly [string, number, number, string][] = [
  [
    'a 1080p source gets every standard rung',
    1920,
    1080,
    '234p=416x234 360p=640x360 432p=768x432 540p=960x540 720p=1280x720 1080p=1920x1080',
  ],
  [
    'a 4K source ends at 1080p',
    3840,
    2160,
    '234p=416x234 360p=640x360 432p=768x432 540p=960x540 720p=1280x720 1080p=1920x1080',
  ],
  [
    'a source close above a standard rung takes its place',
    854,
    480,
    '234p=416x234 360p=640x360 480p=854x480',
  ],
  ['a source far above a standard rung comes on top', 556, 312, '234p=418x234 312p=556x312'],
  ['a source below every standard rung has one of its own size', 240, 136, '136p=240x136'],
  [
    'a portrait source has the same rungs, standing',
    1080,
    1920,
    '234p=234x416 360p=360x640 432p=432x768 540p=540x960 720p=720x1280 1080p=1080x1920',
  ],
  [
    'an ultra-wide source ends at the pixels of 1080p',
    3840,
    1600,
    '234p=562x234 360p=864x360 432p=1036x432 540p=1296x540 720p=1728x720 932p=2236x932',
  ],
  ['odd sizes are rounded down where the source ends', 853, 479, '234p=416x234 360p=642x360 479p=852x478'],
  ['a single pixel gives the smallest picture there is', 1, 1, '1p=2x2'],
  ['a ribbon is scaled down until its long side fits', 20_000, 100, '20p=4000x20'],
];

describe('ladder', () => {
  test.each(sizes)('%s', (_, width, height, expected) => {
    expect(inShort(planLadder(video({ width, height }), null))).toBe(expected);
  });

  test('the bitrates of a 1080p source are those of the standard ladder', () => {
    const ladder = planLadder(video({ width: 1920, height: 1080 }), null);
    expect(ladder.map((rung) => rung.bitrateBps)).toEqual([
      145_000, 365_000, 1_100_000, 2_000_000, 4_500_000, 7_800_000,
    ]);
    expect(ladder.every((rung) => rung.peakBitrateBps === 2 * rung.bitrateBps)).toBe(true);
  });

  test('no rung takes more than a low source has, give or take a tenth', () => {
    const ladder = planLadder(video({ width: 1920, height: 1080 }), 500_000);
    expect(ladder.map((rung) => rung.bitrateBps)).toEqual([
      145_000, 365_000, 550_000, 550_000, 550_000, 550_000,
    ]);
  });

  test('a codec that needs less than H.264 is allowed for', () => {
    const top = (codec: string) =>
      planLadder(video({ width: 1920, height: 1080, codec }), 2_000_000).at(-1)?.bitrateBps;
    expect(top('hevc')).toBe(3_200_000);
    expect(top('vp9')).toBe(3_000_000);
    expect(top('av1')).toBe(3_800_000);
    expect(top('h264')).toBe(2_200_000);
  });

  test('a rung has at least 100 kbit/s, however little the source has', () => {
    expect(planLadder(video({}), 1)[0]?.bitrateBps).toBe(100_000);
  });

  test.each([
    [25, 25],
    [60, 60],
    [120, 60],
    [59.94, 59.94],
    [119.88, 59.94],
    [240, 60],
    [1000, 31.25],
    [0, 25],
    [Number.POSITIVE_INFINITY, 25],
    [Number.NaN, 25],
  ])('%d frames a second become %d', (frameRate, expected) => {
    expect(planLadder(video({ frameRate }), null)[0]?.frameRate).toBe(expected);
  });

  const anySide = fc.oneof(fc.integer({ min: 1, max: 4500 }), fc.integer({ min: 1, max: 100_000 }));
  const anyVideo = fc
    .record({
      width: anySide,
      height: anySide,
      frameRate: fc.double({ min: 0, max: 1000, noNaN: true }),
      codec: fc.constantFrom('h264', 'hevc', 'vp9', 'av1', 'mpeg4'),
    })
    .map(video);
  const anyBitrate = fc.option(fc.double({ min: 1, max: 1e9, noNaN: true }), { nil: null });
  const isEven = (value: number) => value >= 2 && value % 2 === 0;
  const macroblocks = ({ width, height }: LadderRung) => Math.ceil(width / 16) * Math.ceil(height / 16);

  test('whatever the source, the ladder is one that H.264 4.2 takes and that never adds pixels', () => {
    fc.assert(
      fc.property(anyVideo, anyBitrate, (source, bitrateBps) => {
        const ladder = planLadder(source, bitrateBps);
        expect(ladder.length).toBeGreaterThanOrEqual(1);
        expect(new Set(ladder.map((rung) => rung.name)).size).toBe(ladder.length);
        for (const rung of ladder) {
          expect(rung.name).toMatch(/^\d+p$/);
          expect(isEven(rung.width) && isEven(rung.height)).toBe(true);
          // No picture is smaller than 2×2.
          expect(rung.width).toBeLessThanOrEqual(Math.max(2, source.width));
          expect(rung.height).toBeLessThanOrEqual(Math.max(2, source.height));
          expect(macroblocks(rung)).toBeLessThanOrEqual(8704);
          expect(Math.max(rung.width, rung.height)).toBeLessThanOrEqual(263 * 16);
          expect(rung.frameRate).toBeGreaterThan(0);
          expect(rung.frameRate).toBeLessThanOrEqual(60);
          expect(Number.isInteger(rung.bitrateBps)).toBe(true);
          expect(rung.bitrateBps).toBeGreaterThanOrEqual(100_000);
        }
        for (const [index, rung] of ladder.slice(1).entries()) {
          const below = ladder[index];
          expect(rung.width * rung.height).toBeGreaterThan((below?.width ?? 0) * (below?.height ?? 0));
          expect(rung.bitrateBps).toBeGreaterThanOrEqual(below?.bitrateBps ?? 0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
