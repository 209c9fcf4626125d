import { expect, test } from 'vitest';
import { heardTrack } from '../../src/domain/media/heard-track.js';
import { probe } from '../kit/media-fixtures.js';

const track = (streamIndex: number, language: string | null, isDefault = false) => ({
  ...{ codec: 'aac', channels: 2, sampleRateHz: 48_000, bitrateBps: null },
  ...{ streamIndex, language, isDefault },
});
const text = (language: string | null, change = {}) => ({
  codec: 'subrip',
  language,
  streamIndex: 7,
  ...change,
});

test.each<[string, Partial<typeof probe>, number | null]>([
  ['the only track', { audio: [track(1, null)] }, 1],
  ['a track whose language the file does not know', { audio: [track(1, 'und')] }, 1],
  ['the main track', { audio: [track(1, 'eng'), track(2, 'en', true)] }, 2],
  ['none in another language', { audio: [track(1, 'deu')] }, null],
  ['none where there is no sound', { audio: [] }, null],
  ['none that has subtitles in its language', { audio: [track(1, 'eng')], subtitles: [text('eng')] }, null],
  ['one with subtitles in another language', { audio: [track(1, 'eng')], subtitles: [text('fre')] }, 1],
  [
    'one of which only signs are written',
    { audio: [track(1, 'eng')], subtitles: [text('eng', { isForced: true })] },
    1,
  ],
  [
    'one whose subtitles are pictures',
    {
      audio: [track(1, 'eng')],
      subtitles: [text('eng', { codec: 'hdmv_pgs_subtitle' })],
      leftOut: [{ streamIndex: 7, kind: 'subtitle', codec: 'hdmv_pgs_subtitle', reason: 'bitmap_subtitles' }],
    },
    1,
  ],
])('%s is heard', (_, change, expected) => {
  expect(heardTrack({ ...probe, ...change })).toBe(expected);
});
