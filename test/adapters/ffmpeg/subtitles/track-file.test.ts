import { expect, test } from 'vitest';
import { readTrack } from '../../../../src/adapters/ffmpeg/subtitles/track-file.js';

/** Of 1,600 subtitles of 2,000 letters each: 3.2 million. */
const fileOf = (letter: string) => {
  const packets = Array.from({ length: 1600 }, (_, index) => ({
    ...{ startSeconds: index, durationSeconds: 0.5 },
    bytes: Buffer.from(letter.repeat(2000)),
  }));
  const tracks = new Map([[2, { packets, header: Buffer.alloc(0), isTooMuch: false }]]);
  return readTrack({ streamIndex: 2, codec: 'text', language: null }, { startSeconds: 0, tracks }, 1600);
};

test('how large a file may be is counted in bytes, not in letters', () => {
  expect(fileOf('a')).toMatchObject({ cueCount: 1600 });
  expect(fileOf('字')).toEqual({ reason: 'too_much_text' });
});
