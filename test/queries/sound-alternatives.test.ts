import { describe, expect, test } from 'vitest';
import type { StoredSoundTrack } from '../../src/core/readers/sound-tracks.js';
import { masterPlaylist } from '../../src/queries/hls-playlist.js';
import type { PlayableRendition } from '../../src/queries/playable-rendition.js';
import { deepFreeze } from '../kit/deep-freeze.js';
import { soundTrack } from '../kit/sound-tracks.js';

const sound = (name: string, peakBitrateBps = 130_000): PlayableRendition => ({
  ...{ name, pathSegment: `${name}-0123abcd`, kind: 'audio', width: null, height: null, frameRate: null },
  ...{ averageBitrateBps: 128_000, peakBitrateBps, codecs: 'mp4a.40.2' },
});
const picture: PlayableRendition = {
  ...{ name: '360p', pathSegment: '360p-0123abcd', kind: 'video', width: 640, height: 360, frameRate: 25 },
  ...{ averageBitrateBps: 340_000, peakBitrateBps: 510_000, codecs: 'avc1.64001e' },
};

/** The lines of the sound of a film whose tracks have the indexes 1, 2 …; the first is the main one unless another is the default. */
function linesOf(said: readonly Partial<StoredSoundTrack>[]): string[] {
  const soundTracks = said.map((each, index) =>
    soundTrack({ streamIndex: index + 1, isDefault: false, ...each }),
  );
  const main = soundTracks.find(({ isDefault }) => isDefault) ?? soundTracks[0];
  const renditions = soundTracks.map((track) =>
    sound(track === main ? 'audio' : `audio-${track.streamIndex}`),
  );
  const playlist = masterPlaylist(
    deepFreeze([picture, ...renditions.toReversed()]),
    deepFreeze({ soundTracks }),
  );
  return playlist
    .split('\n')
    .filter((line) => line.startsWith('#EXT-X-MEDIA:'))
    .map((line) => line.replace('#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",', ''));
}
/** As a player reads it: what is in quotes is one value, whatever it holds. */
const attribute = (lines: readonly string[], name: string) =>
  lines.map((line) => {
    const attributes = line.matchAll(/([A-Z-]+)=(?:"([^"]*)"|([^,]*))(?:,|$)/g);
    return [...attributes]
      .find(([, key]) => key === name)
      ?.slice(2)
      .find((value) => value !== undefined);
  });
const namesOf = (...said: Partial<StoredSoundTrack>[]) => attribute(linesOf(said), 'NAME');

describe('the sound of a film of several tracks', () => {
  test('is one group, the main track first and the only default', () => {
    expect(
      linesOf([
        { language: 'eng' },
        { language: 'ger', isDefault: true },
        { language: 'eng', isCommentary: true, title: 'With the director' },
        { language: 'ger', isDescription: true },
        { language: 'fre' },
      ]),
    ).toEqual([
      'LANGUAGE="de",NAME="Deutsch",DEFAULT=YES,AUTOSELECT=YES,URI="audio-0123abcd/playlist.m3u8"',
      'LANGUAGE="en",NAME="English",DEFAULT=NO,AUTOSELECT=YES,URI="audio-1-0123abcd/playlist.m3u8"',
      'LANGUAGE="fr",NAME="français",DEFAULT=NO,AUTOSELECT=YES,URI="audio-5-0123abcd/playlist.m3u8"',
      'LANGUAGE="en",NAME="English – With the director",DEFAULT=NO,AUTOSELECT=NO,URI="audio-3-0123abcd/playlist.m3u8"',
      'LANGUAGE="de",NAME="Deutsch – Audio description",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.describes-video",URI="audio-4-0123abcd/playlist.m3u8"',
    ]);
  });

  test('costs a picture what the costliest track costs, and its codec once', () => {
    const soundTracks = [soundTrack(), soundTrack({ streamIndex: 2, isDefault: false })];
    const playlist = masterPlaylist([picture, sound('audio', 120_000), sound('audio-2', 140_000)], {
      soundTracks,
    });
    expect(playlist).toContain(
      '#EXT-X-STREAM-INF:BANDWIDTH=650000,AVERAGE-BANDWIDTH=468000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="audio"',
    );
  });

  test('of which only the main track is there yet is told as that of one track', () => {
    const soundTracks = [
      soundTrack({ language: 'eng', title: 'Stereo' }),
      soundTrack({ streamIndex: 2, isDefault: false }),
    ];
    expect(masterPlaylist([picture, sound('audio')], { soundTracks })).toBe(
      masterPlaylist([picture, sound('audio')], { soundTracks: [soundTrack({ language: 'eng' })] }),
    );
  });

  test('is chosen by its language where there are several of one, the first of them', () => {
    const lines = linesOf([{ language: 'eng' }, { language: 'eng' }, { language: null }, { language: null }]);
    expect(attribute(lines, 'AUTOSELECT')).toEqual(['YES', 'NO', 'YES', 'NO']);
  });

  test.each<[string, Partial<StoredSoundTrack>[], string[]]>([
    ['by language', [{ language: 'eng' }, { language: 'jpn' }], ['English', '日本語']],
    ['by number where nothing tells them apart', [{}, {}, {}], ['Audio', 'Audio 2', 'Audio 3']],
    ['by a number that is no title', [{ title: 'A' }, { title: 'A 2' }, { title: 'A' }], ['A', 'A 2', 'A 3']],
    [
      'by what they are',
      [{ language: 'eng' }, { language: 'eng', isCommentary: true }, { isDescription: true }],
      ['English', 'English – Commentary', 'Audio description'],
    ],
    [
      'by a title that tells the language, be it in English',
      [
        { language: 'ger', title: 'Deutsch 5.1' },
        { language: 'ger', title: 'German stereo' },
      ],
      ['Deutsch 5.1', 'German stereo'],
    ],
    [
      'by title alone where the language is none',
      [{ language: 'qaa', title: 'Original' }, { language: 'x"y' }],
      ['Original', 'Audio'],
    ],
  ])('is named %s', (_, said, names) => {
    expect(namesOf(...said).toSorted()).toEqual(names.toSorted());
  });

  test.each([
    'end"of\nstring',
    'x",URI="http://elsewhere/evil.m3u8',
    '\u0000\r\n#EXT-X-ENDLIST\u2028#EXTM3U',
    '"'.repeat(200),
    '""',
  ])('keeps the title %j within its quotes', (title) => {
    const lines = linesOf([{ title }, { title }, { title: title.replaceAll('"', '”') }]);
    expect(lines).toHaveLength(3);
    expect(attribute(lines, 'URI')).toEqual(
      ['audio', 'audio-2', 'audio-3'].map((name) => `${name}-0123abcd/playlist.m3u8`),
    );
    for (const line of lines) {
      expect(line).toMatch(/^NAME="[^"]*",DEFAULT=(YES|NO),AUTOSELECT=(YES|NO),URI="[^"]*"$/);
      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }
    expect(new Set(attribute(lines, 'NAME')).size).toBe(3);
  });
});
