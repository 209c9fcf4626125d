import { describe, expect, test } from 'vitest';
import type { Header } from '../../../../src/adapters/ffmpeg/ffprobe-output.js';
import { songOf } from '../../../../src/adapters/ffmpeg/sound/song-tags.js';
import { tidyText } from '../../../../src/adapters/ffmpeg/tidy-text.js';

const header = (
  tags: Record<string, string>,
  ofStream?: Record<string, string>,
): Pick<Header, 'format' | 'streams'> => ({
  format: { tags },
  streams: [{ index: 0, codec_type: 'audio', ...(ofStream && { tags: ofStream }) }],
});
const nothing = {
  ...{ title: null, artist: null, album: null, albumArtist: null, track: null },
  ...{ trackCount: null, disc: null, year: null, genre: null },
};

describe('what a recording tells of itself', () => {
  test('is taken of the file', () => {
    const tags = { title: 'Morning', artist: 'The Larks', album: 'Days', album_artist: 'Various' };
    expect(
      songOf(header({ ...tags, track: '3/12', disc: '1/2', date: '1999-02-03', genre: 'Folk' }), 0),
    ).toEqual({
      ...{ title: 'Morning', artist: 'The Larks', album: 'Days', albumArtist: 'Various' },
      ...{ track: 3, trackCount: 12, disc: 1, year: 1999, genre: 'Folk' },
    });
  });

  test('is taken of the track, in whatever case, where the file tells nothing', () => {
    const tags = { TITLE: 'Morning', Artist: 'The Larks', TRACKTOTAL: '9', track: '2' };
    expect(songOf(header({}, tags), 0)).toEqual({
      ...{ ...nothing, title: 'Morning', artist: 'The Larks', track: 2, trackCount: 9 },
    });
    expect(songOf(header({}, tags), 1)).toBeNull();
  });

  test('is nothing where there is nothing', () => {
    expect(songOf(header({ encoder: 'Lavf59', title: ' \u0000 ' }), 0)).toBeNull();
  });

  test.each([
    [{ track: '0' }, null],
    [
      { track: '-3', title: 'a' },
      { ...nothing, title: 'a' },
    ],
    [
      { track: '99999999999999999999', title: 'a' },
      { ...nothing, title: 'a' },
    ],
    [{ date: '03.02.1999' }, { ...nothing, year: 1999 }],
    [
      { date: '19990203', title: 'a' },
      { ...nothing, title: 'a' },
    ],
    [
      { date: '0000', title: 'a' },
      { ...nothing, title: 'a' },
    ],
  ])('of numbers is taken only what is one: %o', (tags, expected) => {
    expect(songOf(header(tags as Record<string, string>), 0)).toEqual(expected);
  });
});

describe('text of strangers', () => {
  test('has no controls, no line breaks and nothing that turns what follows', () => {
    expect(tidyText('a\u0000b\r\nc\u001b[31md\u2028e\u0085f')).toBe('a b c [31md e f');
    expect(tidyText('\u202eevil\u202c \u2066x\u2069\ufeff')).toBe('evil x');
  });

  test('is cut after whole characters, and kept as they are', () => {
    expect(tidyText('𝄞'.repeat(500))).toBe('𝄞'.repeat(200));
    expect(tidyText('x\ud834')).toBe('x\ufffd');
    expect(tidyText('Øystein  Sævåg — 音楽')).toBe('Øystein Sævåg — 音楽');
  });

  test('of megabytes costs no more than its beginning', () => {
    expect(tidyText('ab '.repeat(1e6))?.length).toBeLessThanOrEqual(200);
  });
});
