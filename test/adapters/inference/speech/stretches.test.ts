import { describe, expect, test } from 'vitest';
import { cueLines } from '../../../../src/adapters/inference/speech/cue-lines.js';
import { stretchesOf } from '../../../../src/adapters/inference/speech/stretches.js';

/** `#` is surely speech, `-` likely, `.` none. */
const probabilities = (text: string) =>
  [...text].map((frame) => (frame === '#' ? 0.9 : frame === '-' ? 0.4 : 0.1));
const silence = (frames: number) => '.'.repeat(frames);
const speech = (frames: number) => '#'.repeat(frames);

describe('speech', () => {
  test.each<[string, string, boolean, { from: number; to: number }[], number]>([
    ['nothing in silence', silence(40), true, [], 40],
    [
      'a little more than what is loud',
      silence(20) + speech(20) + silence(20),
      true,
      [{ from: 18, to: 44 }],
      60,
    ],
    [
      'one stretch over short pauses',
      speech(20) + silence(5) + speech(20) + silence(20),
      true,
      [{ from: 0, to: 49 }],
      65,
    ],
    [
      'two with a long pause between',
      speech(20) + silence(30) + speech(20) + silence(20),
      true,
      [
        { from: 0, to: 24 },
        { from: 48, to: 74 },
      ],
      90,
    ],
    ['no click', silence(20) + speech(3) + silence(20), true, [], 43],
    [
      'what fades out',
      silence(20) + speech(20) + '-'.repeat(10) + silence(20),
      true,
      [{ from: 18, to: 54 }],
      70,
    ],
    ['all at the end of the whole', silence(20) + speech(20), true, [{ from: 18, to: 40 }], 40],
    ['nothing of what goes on at the end of a piece', silence(20) + speech(20), false, [], 18],
    ['what has ended before the end of a piece', speech(20) + silence(20), false, [{ from: 0, to: 24 }], 40],
  ])('is %s', (_, heard, isLast, stretches, until) => {
    expect(stretchesOf(probabilities(heard), isLast)).toEqual({ stretches, heard: until });
  });

  test('without an end is cut where it is least likely, and a piece full of it comes to an end', () => {
    const { stretches, heard } = stretchesOf(probabilities(`${speech(200)}-${speech(700)}`), false);
    expect(stretches[0]?.to).toBeGreaterThanOrEqual(200);
    expect(stretches.every(({ from, to }) => to - from <= 260)).toBe(true);
    expect(heard).toBeGreaterThan(600);
  });
});

describe('subtitles', () => {
  test('of a short text are one, of a long one several that are as long as their letters', () => {
    const short = { startSeconds: 1, endSeconds: 3, text: 'Hello there.' };
    expect(cueLines(short)).toEqual([short]);
    const text = `${'word '.repeat(15).trim()}. ${'other '.repeat(14).trim()}.`;
    const cues = cueLines({ startSeconds: 10, endSeconds: 20, text });
    expect(cues.map((cue) => cue.text)).toEqual([
      `${'word '.repeat(15).trim()}.`,
      `${'other '.repeat(14).trim()}.`,
    ]);
    expect([cues[0]?.startSeconds, cues[1]?.endSeconds]).toEqual([10, 20]);
    expect(cues[0]?.endSeconds).toBe(cues[1]?.startSeconds);
  });

  test('of a word without end are cut in it', () => {
    const cues = cueLines({ startSeconds: 0, endSeconds: 1, text: 'x'.repeat(300) });
    expect(cues.map((cue) => cue.text).join('')).toBe('x'.repeat(300));
    expect(cues.every((cue) => cue.text.length <= 84)).toBe(true);
  });
});
