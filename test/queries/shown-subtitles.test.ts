import { describe, expect, test } from 'vitest';
import { type StoredSubtitleTrack, subtitleTracksIn } from '../../src/core/readers/subtitle-tracks.js';
import { mediaLine } from '../../src/queries/alternative-rendition.js';
import { masterPlaylist } from '../../src/queries/hls-playlist.js';
import { shownSubtitles, subtitleAlternatives, toSubtitleTracks } from '../../src/queries/shown-subtitles.js';

const track = (streamIndex: number, change: Partial<StoredSubtitleTrack> = {}): StoredSubtitleTrack => ({
  ...{ streamIndex, language: null, title: null },
  ...{ isDefault: false, isForced: false, isForHearingImpaired: false, isCommentary: false },
  ...change,
});
const picture = {
  ...{ name: '360p', pathSegment: '360p-0123abcd', kind: 'video' as const, width: 640, height: 360 },
  ...{ frameRate: 25, averageBitrateBps: 340_000, peakBitrateBps: 510_000, codecs: 'avc1.64001e' },
};

describe('subtitles of a film', () => {
  test('are offered beside each picture, by the addresses of their playlists', () => {
    const subtitleTracks = [
      track(2, { language: 'eng', isForHearingImpaired: true }),
      track(4, { language: 'deu', isForced: true, title: 'Schilder' }),
    ];
    expect(masterPlaylist([picture], { subtitleTracks }).split('\n').slice(3)).toEqual([
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",LANGUAGE="en",NAME="English – SDH",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",URI="../subtitles/2.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",LANGUAGE="de",NAME="Deutsch – Schilder",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI="../subtitles/4.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=510000,AVERAGE-BANDWIDTH=340000,CODECS="avc1.64001e",RESOLUTION=640x360,FRAME-RATE=25.000,SUBTITLES="subtitles"',
      '360p-0123abcd/playlist.m3u8',
      '',
    ]);
  });

  test('are not offered beside sound alone', () => {
    const sound = { ...picture, kind: 'audio' as const };
    expect(masterPlaylist([sound], { subtitleTracks: [track(2)] })).not.toContain('SUBTITLES');
  });

  test.each<[string, Partial<StoredSubtitleTrack>, string]>([
    ['by their language', { language: 'fre' }, 'français'],
    ['by language and title', { language: 'fre', title: 'Commentary' }, 'français – Commentary'],
    [
      'by a title that tells the language',
      { language: 'fre', title: 'Français (Québec)' },
      'Français (Québec)',
    ],
    ['by what they are of', { language: 'fre', isCommentary: true }, 'français – Commentary'],
    ['by their title', { title: 'All of it' }, 'All of it'],
    ['without either', {}, 'Subtitles'],
    ['of an unknown language', { language: 'zz"z' }, 'Subtitles'],
    ['with quotes, which a playlist cannot hold', { title: 'a"\n#EXT-X-ENDLIST' }, 'a” #EXT-X-ENDLIST'],
  ])('are listed %s', (_, change, name) => {
    expect(shownSubtitles([track(2, change)], null).map((shown) => shown.name)).toEqual([name]);
  });

  test('are never listed alike', () => {
    const names = shownSubtitles([track(2), track(3), track(4, { title: 'Subtitles 2' })], null);
    expect(names.map(({ name }) => name)).toEqual(['Subtitles', 'Subtitles 2', 'Subtitles 2 2']);
  });

  test.each<[string, string | null, readonly Partial<StoredSubtitleTrack>[], readonly boolean[]]>([
    ['in another language than is heard', 'jpn', [{ language: 'eng', isDefault: true }], [true]],
    ['in the language that is heard', 'en', [{ language: 'eng', isDefault: true }], [false]],
    ['where nobody knows what is heard', null, [{ language: 'eng', isDefault: true }], [false]],
    ['in a language nobody knows', 'eng', [{ isDefault: true }], [false]],
    ['of signs alone', 'eng', [{ language: 'eng', isDefault: true, isForced: true }], [true]],
    [
      'of what somebody says about it',
      'jpn',
      [{ language: 'eng', isDefault: true, isCommentary: true }],
      [false],
    ],
    ['that the file does not mark', 'jpn', [{ language: 'eng' }], [false]],
    [
      'of which there are several',
      'jpn',
      [
        { language: 'eng', isDefault: true },
        { language: 'deu', isDefault: true },
      ],
      [true, false],
    ],
  ])('are shown by themselves or not: those %s', (_, heard, tracks, expected) => {
    const shown = shownSubtitles(
      tracks.map((change, index) => track(index, change)),
      heard,
    );
    expect(shown.map(({ isDefault }) => isDefault)).toEqual(expected);
  });

  test.each<[string, readonly Partial<StoredSubtitleTrack>[], readonly string[]]>([
    [
      'the first of each language',
      [{ language: 'eng' }, { language: 'en' }, { language: 'deu' }],
      ['YES', 'NO', 'YES'],
    ],
    ['no commentary', [{ language: 'eng', isCommentary: true }, { language: 'eng' }], ['NO', 'YES']],
    ['the first of no language', [{}, { title: 'Others' }, { language: 'zz"z' }], ['YES', 'NO', 'NO']],
    [
      'those of a language that are forced, or for who hears badly',
      [
        { language: 'eng' },
        { language: 'eng', isForced: true },
        { language: 'eng', isForHearingImpaired: true },
      ],
      ['YES', 'YES', 'YES'],
    ],
    [
      'what is shown by itself, before the first',
      [{ language: 'eng' }, { language: 'eng', isDefault: true }],
      ['NO', 'YES'],
    ],
  ])('a player may choose by itself %s', (_, tracks, expected) => {
    const lines = subtitleAlternatives(
      shownSubtitles(
        tracks.map((change, index) => track(index, change)),
        'jpn',
      ),
    ).map(mediaLine);
    expect(lines.map((line) => /AUTOSELECT=(\w+)/.exec(line)?.[1])).toEqual(expected);
  });

  test('are told by the item with the address of the whole', () => {
    const shown = shownSubtitles([track(2, { language: 'eng', title: 'All' })], null);
    expect(toSubtitleTracks(shown, (path) => `/v1/media/m1/${path}`)).toEqual([
      {
        ...{ name: 'English – All', language: 'en', title: 'All', isDefault: false, isForced: false },
        ...{ isForHearingImpaired: false, isCommentary: false, url: '/v1/media/m1/subtitles/2.vtt' },
      },
    ]);
  });
});

test('what a machine has written is offered behind what people have, by its name, and never by itself', () => {
  const tracks = subtitleTracksIn({ subtitles: [{ codec: 'subrip', language: 'fra', streamIndex: 3 }] }, [
    ...['captions/en.m3u8', 'captions/en.vtt', 'poster.jpg', 'subtitles/3.m3u8'],
  ]);
  const shown = shownSubtitles(tracks, 'eng');
  expect(shown.map(({ name, isDefault }) => [name, isDefault])).toEqual([
    ['français', false],
    ['English – automatic', false],
  ]);
  expect(subtitleAlternatives(shown).map(mediaLine)[1]).toBe(
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",LANGUAGE="en",NAME="English – automatic",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS="public.machine-generated",URI="../captions/en.m3u8"',
  );
  expect(toSubtitleTracks(shown, (path) => `/${path}`)[1]).toMatchObject({
    ...{ isMachineMade: true, url: '/captions/en.vtt' },
  });
});
