import { describe, expect, test } from 'vitest';
import { progressOfTry } from '../../../../src/adapters/ffmpeg/sound/encode-sound.js';
import { firstLevel, levelFilters, nextLevel } from '../../../../src/adapters/ffmpeg/sound/level.js';

describe('the level that is encoded at first', () => {
  test.each([
    ['a loud one is turned down', -9.4, 0.3, { gainDb: -6.6, ceilingDbtp: null }],
    ['a quiet one up', -40, -30, { gainDb: 24, ceilingDbtp: null }],
    ['one with peaks up, and its peaks are taken off', -22, -4, { gainDb: 6, ceilingDbtp: -2 }],
    ['what cannot be measured is left', null, -20, { gainDb: 0, ceilingDbtp: null }],
    [
      'what cannot be measured and is at full scale is turned down',
      null,
      0.4,
      { gainDb: -2.4, ceilingDbtp: null },
    ],
    ['silence is left', null, null, { gainDb: 0, ceilingDbtp: null }],
  ])('%s', (_name, integratedLufs, truePeakDbtp, expected) => {
    expect(firstLevel({ integratedLufs, truePeakDbtp })).toEqual(expected);
  });
});

describe('the level that is encoded next', () => {
  const measured = { integratedLufs: -22, truePeakDbtp: -4 };
  const level = { gainDb: 6, ceilingDbtp: -2 };

  test('is none when it came out right', () => {
    expect(nextLevel(level, { integratedLufs: -16.2, truePeakDbtp: -1.2 }, measured, 1)).toBeUndefined();
  });

  test('is none where meters that tell tenths say less than half a unit is missing', () => {
    for (const integratedLufs of [-16.4, -16.3, -15.6])
      expect(nextLevel(level, { integratedLufs, truePeakDbtp: -1.2 }, measured, 1)).toBeUndefined();
    expect(nextLevel(level, { integratedLufs: -16.5, truePeakDbtp: -1.2 }, measured, 1)).toBeDefined();
  });

  test('has a lower ceiling where encoding drove peaks above it', () => {
    const next = nextLevel(level, { integratedLufs: -16, truePeakDbtp: 0.4 }, measured, 1);
    expect(next?.gainDb).toBe(6);
    expect(next?.ceilingDbtp).toBeCloseTo(-3.6);
  });

  test('has more gain where taking peaks off cost loudness', () => {
    const next = nextLevel(level, { integratedLufs: -16.8, truePeakDbtp: -1.5 }, measured, 1);
    expect(next).toEqual({ gainDb: 6.8, ceilingDbtp: -2 });
  });

  test('has a ceiling at last where a gain alone was meant to do', () => {
    const next = nextLevel(
      { gainDb: -6, ceilingDbtp: null },
      { integratedLufs: -16, truePeakDbtp: -0.6 },
      { integratedLufs: -10, truePeakDbtp: 3 },
      1,
    );
    expect(next?.ceilingDbtp).toBeCloseTo(-3.6);
  });

  test('gives loudness up for peaks in the end, and never lets one through', () => {
    expect(nextLevel(level, { integratedLufs: -17.5, truePeakDbtp: -1.2 }, measured, 5)).toBeUndefined();
    const next = nextLevel(level, { integratedLufs: -16, truePeakDbtp: 0 }, measured, 5);
    expect(next?.gainDb).toBeCloseTo(4.8);
  });

  test('of what cannot be measured does not look for loudness', () => {
    const unmeasured = { integratedLufs: null, truePeakDbtp: -20 };
    const encoded = { integratedLufs: null, truePeakDbtp: -19 };
    expect(nextLevel({ gainDb: 0, ceilingDbtp: null }, encoded, unmeasured, 1)).toBeUndefined();
  });
});

test('only what is limited is sampled four times as often', () => {
  expect(levelFilters({ gainDb: -3, ceilingDbtp: null }, 44_100)).toEqual(['volume=-3dB']);
  expect(levelFilters({ gainDb: 6, ceilingDbtp: -2 }, 44_100)).toEqual([
    ...['volume=6dB', 'aresample=176400'],
    ...['alimiter=limit=0.79433:level=disabled:latency=enabled', 'aresample=44100'],
  ]);
});

test('progress goes on with each try, and never back or to the end before the last', () => {
  const told: number[] = [];
  for (let tries = 1; tries <= 8; tries += 1)
    for (const fraction of [0, 0.5, 1])
      progressOfTry(
        { onProgress: (progress) => told.push(Number(progress.fraction.toFixed(6))) },
        tries,
      )({ fraction });
  expect(told.slice(0, 6)).toEqual([0, 0.4, 0.8, 0.8, 0.85, 0.9]);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBeLessThan(1);
});
