import { describe, expect, test } from 'vitest';
import { timesIn } from '../../../src/adapters/ffmpeg/keyframes.js';
import { distance, mostUnlike, signatureOf } from '../../../src/adapters/ffmpeg/unlike-frames.js';

const plain = (red: number, green: number, blue: number, width = 64, height = 36) =>
  signatureOf({
    width,
    height,
    pixels: Uint8Array.from({ length: width * height * 3 }, (_, index) => [red, green, blue][index % 3] ?? 0),
  });
const [red, green, blue] = [plain(255, 0, 0), plain(0, 255, 0), plain(0, 0, 255)];

describe('frames unlike those seen', () => {
  test('are none where all look alike', () => {
    expect(mostUnlike([green], [plain(0, 250, 5), plain(5, 255, 0)], 8)).toEqual([]);
  });

  test('come farthest first, each scene once', () => {
    expect(mostUnlike([green], [plain(0, 160, 0), red, red, plain(0, 160, 0)], 8)).toEqual([1, 0]);
  });

  test('are not crowded out by many cuts between the same few pictures', () => {
    const cuts = Array.from({ length: 400 }, (_, index) => (index % 2 ? green : blue));
    expect(mostUnlike([green], [...cuts, red], 2).toSorted((a, b) => a - b)).toEqual([0, 400]);
  });

  test('are no more than asked for, and none of none', () => {
    expect(mostUnlike([green], [red, blue], 1)).toHaveLength(1);
    expect(mostUnlike([], [], 8)).toEqual([]);
  });

  test('are told apart at any size', () => {
    expect(distance(red, plain(255, 0, 0, 7, 3))).toBeCloseTo(0, 3);
    expect(distance(red, green)).toBeCloseTo(170, 0);
  });
});

test('times are read from a listing of frames', () => {
  const listing =
    '#software: Lavf\n#tb 0: 1/1000\n0,          0,          0,        1,     5184, 0x1\n0,      47600,      47601,        1,     5184, 0x2\n';
  expect(timesIn(listing)).toEqual([0, 47.601]);
});
