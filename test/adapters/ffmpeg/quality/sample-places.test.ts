import { describe, expect, test } from 'vitest';
import { beganBefore, figuresIn } from '../../../../src/adapters/ffmpeg/quality/measure-quality.js';
import { framesOfSegments, planSamples } from '../../../../src/adapters/ffmpeg/quality/sample-places.js';

const rate = { numerator: 25, denominator: 1 };
const segmentsOf = (seconds: number) =>
  framesOfSegments(
    Array.from({ length: Math.ceil(seconds / 6) }, (_, index) => ({
      ...{ file: `segment-${index}.m4s`, durationSeconds: Math.min(6, seconds - index * 6) },
    })),
    rate,
  );
const planOf = (seconds: number, longestSeek?: number) => planSamples(segmentsOf(seconds), rate, longestSeek);

describe('samples', () => {
  test.each([
    ['of a clip of a segment are one', 4, 2, [13], true],
    ['of two frames have as many as there are', 0.08, 2, [0], true],
    ['of half a minute are one for each segment', 30, 2, [13, 175, 338, 450, 613], true],
    [
      'of a film are spread over it and gone to',
      960,
      5,
      [1513, 4525, 7538, 10500, 13513, 16525, 19538, 22500],
      false,
    ],
    [
      'of a film without keyframes are of its first minute',
      960,
      25,
      [13, 175, 488, 600, 763, 925, 1238, 1350],
      true,
    ],
    [
      'of a film in which nobody can go to a moment are too',
      960,
      undefined,
      [13, 175, 488, 600, 763, 925, 1238, 1350],
      true,
    ],
  ] as const)('%s', (_name, seconds, longestSeek, frames, isOnePass) => {
    const plan = planOf(seconds, longestSeek);
    expect(plan.samples.map(({ firstFrame }) => firstFrame)).toEqual(frames);
    expect(plan.isOnePass).toBe(isOnePass);
  });

  test.each([0.04, 1, 6, 6.04, 17, 59, 61, 3600])(
    'of %d s lie whole in segments, no two in one',
    (seconds) => {
      const segments = segmentsOf(seconds);
      const inSegments = planSamples(segments, rate, 2).samples.map(({ firstFrame, frameCount }) =>
        segments.findIndex(
          (segment) =>
            firstFrame >= segment.firstFrame &&
            firstFrame + frameCount <= segment.firstFrame + segment.frameCount,
        ),
      );
      expect(inSegments.length).toBeGreaterThan(0);
      expect(inSegments).not.toContain(-1);
      expect(new Set(inSegments).size).toBe(inSegments.length);
    },
  );

  test('of what has no frames there are none', () => {
    expect(planSamples([], rate, 2).samples).toEqual([]);
  });

  test('of segments of a rate that is no whole number are counted as the ladder counts', () => {
    const broadcast = { numerator: 30_000, denominator: 1001 };
    const listed = Array.from({ length: 3 }, (_, index) => ({ file: `${index}`, durationSeconds: 6.006 }));
    expect(framesOfSegments(listed, broadcast).map(({ firstFrame }) => firstFrame)).toEqual([0, 180, 360]);
  });
});

describe('a comparison is believed', () => {
  const first = (seconds: number) =>
    `[showinfo@first @ 0x1] [info] n:   0 pts: 1 pts_time:${seconds} pos: 2\n`;
  test.each([
    ['when decoding began before the sample', first(58), true],
    ['not when it began behind it', first(61), false],
    ['not when nobody knows where it began', '', false],
    ['not when frames were damaged', `${first(58)}[h264 @ 0x2] [error] error while decoding MB 1 2\n`, false],
  ])('%s', (_name, log, expected) => {
    expect(beganBefore(`Stream mapping:\n${log}`, 60)).toBe(expected);
  });

  test('by the figure of all planes', () => {
    expect(
      figuresIn('n:1 Y:0.9 U:0.8 V:0.7 All:0.85 (8.2)\nn:2 Y:1.0 U:1.0 V:1.0 All:1.000000 (inf)\n'),
    ).toEqual([0.85, 1]);
  });
});
