import { describe, expect, test } from 'vitest';
import type { Storyboard } from '../../src/core/video-tools.js';
import { masterPlaylist, storyboardVtt } from '../../src/queries/hls-playlist.js';
import type { PlayableRendition } from '../../src/queries/playable-rendition.js';
import { deepFreeze } from '../kit/deep-freeze.js';
import { soundTrack } from '../kit/sound-tracks.js';

const rendition = (change: Partial<PlayableRendition>): PlayableRendition => ({
  name: '360p',
  pathSegment: '360p-0123abcd',
  kind: 'video',
  width: 640,
  height: 360,
  frameRate: 25,
  averageBitrateBps: 340_000,
  peakBitrateBps: 510_000,
  codecs: 'avc1.64001e',
  ...change,
});
const low = rendition({});
const high = rendition({
  pathSegment: '720p-0123abcd',
  width: 1280,
  height: 720,
  frameRate: 29.97,
  averageBitrateBps: 2_000_000.4,
  peakBitrateBps: 3_000_000.6,
  codecs: 'avc1.64001f',
});
const sound = rendition({
  name: 'audio',
  pathSegment: 'audio-0123abcd',
  kind: 'audio',
  width: null,
  height: null,
  frameRate: null,
  averageBitrateBps: 128_000,
  peakBitrateBps: 130_000,
  codecs: 'mp4a.40.2',
});

describe('the multivariant playlist', () => {
  test('has the qualities of sound alone as streams, from the lowest on', () => {
    const better = {
      ...sound,
      pathSegment: '256k-0123abcd',
      averageBitrateBps: 255_000,
      peakBitrateBps: 260_000.4,
    };
    expect(masterPlaylist(deepFreeze([better, sound]))).toBe(
      [
        ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'],
        '#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2"',
        'audio-0123abcd/playlist.m3u8',
        '#EXT-X-STREAM-INF:BANDWIDTH=260000,AVERAGE-BANDWIDTH=255000,CODECS="mp4a.40.2"',
        '256k-0123abcd/playlist.m3u8',
        '',
      ].join('\n'),
    );
  });

  test('lists pictures from the lowest on, each with the sound’s share and codec', () => {
    expect(masterPlaylist(deepFreeze([high, sound, low]))).toBe(
      [
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,URI="audio-0123abcd/playlist.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=640000,AVERAGE-BANDWIDTH=468000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="audio"',
        '360p-0123abcd/playlist.m3u8',
        '#EXT-X-STREAM-INF:BANDWIDTH=3130001,AVERAGE-BANDWIDTH=2128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio"',
        '720p-0123abcd/playlist.m3u8',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['eng', 'LANGUAGE="en",NAME="English"'],
    ['ger', 'LANGUAGE="de",NAME="Deutsch"'],
    ['deu', 'LANGUAGE="de",NAME="Deutsch"'],
    ['pt-BR', 'LANGUAGE="pt-BR",NAME="português (Brasil)"'],
    ['qaa', 'GROUP-ID="audio",NAME="Audio"'],
    ['e"n', 'GROUP-ID="audio",NAME="Audio"'],
    ['', 'GROUP-ID="audio",NAME="Audio"'],
    [null, 'GROUP-ID="audio",NAME="Audio"'],
  ])('names sound in the language %j as %s', (language, attributes) => {
    const soundTracks = [soundTrack({ language })];
    expect(masterPlaylist([low, sound], { soundTracks })).toContain(`${attributes},DEFAULT=YES`);
  });

  test('names no sound where there is none', () => {
    expect(masterPlaylist([low])).toBe(
      [
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-STREAM-INF:BANDWIDTH=510000,AVERAGE-BANDWIDTH=340000,CODECS="avc1.64001e",RESOLUTION=640x360,FRAME-RATE=25.000',
        '360p-0123abcd/playlist.m3u8',
        '',
      ].join('\n'),
    );
  });

  test('offers no picture that costs as much as a larger one', () => {
    const dearer = rendition({ pathSegment: '540p-0', width: 960, height: 540, peakBitrateBps: 3_100_000 });
    const same = rendition({ pathSegment: '432p-0', width: 768, height: 432, peakBitrateBps: 3_000_000.6 });
    const offered = masterPlaylist([low, same, dearer, high]);
    expect([...offered.matchAll(/RESOLUTION=(\S+?),/g)].map(([, size]) => size)).toEqual([
      '640x360',
      '1280x720',
    ]);
  });

  test('offers pictures of which the size is not known', () => {
    const unknown = rendition({ pathSegment: 'unknown-0', width: null, peakBitrateBps: 4_000_000 });
    expect(masterPlaylist([unknown, high])).toContain('unknown-0/playlist.m3u8');
  });

  test('leaves out what is not known', () => {
    expect(masterPlaylist([{ ...low, width: null, frameRate: null }])).not.toMatch(/RESOLUTION|FRAME-RATE/);
  });
});

describe('the storyboard', () => {
  const storyboard: Storyboard = {
    sprites: ['sprite-000.jpg', 'sprite-001.jpg'],
    columns: 2,
    rows: 2,
    tileWidth: 160,
    tileHeight: 90,
    tileCount: 5,
    intervalSeconds: 2,
  };
  const cuesOf = (vtt: string) => vtt.trimEnd().split('\n\n').slice(1);

  test('goes through tiles row by row and sprite by sprite, to the end of the video', () => {
    const vtt = storyboardVtt(deepFreeze(storyboard), 9.5);
    expect(vtt.startsWith('WEBVTT\n\n')).toBe(true);
    expect(cuesOf(vtt)).toEqual([
      '00:00:00.000 --> 00:00:02.000\nstoryboard/sprite-000.jpg#xywh=0,0,160,90',
      '00:00:02.000 --> 00:00:04.000\nstoryboard/sprite-000.jpg#xywh=160,0,160,90',
      '00:00:04.000 --> 00:00:06.000\nstoryboard/sprite-000.jpg#xywh=0,90,160,90',
      '00:00:06.000 --> 00:00:08.000\nstoryboard/sprite-000.jpg#xywh=160,90,160,90',
      '00:00:08.000 --> 00:00:09.500\nstoryboard/sprite-001.jpg#xywh=0,0,160,90',
    ]);
  });

  test.each([
    ['hours', 3600, '01:00:00.000'],
    ['minutes', 61.5, '00:01:01.500'],
    ['more hours than a day has', 100 * 3600, '100:00:00.000'],
    ['what rounds up to a minute', 59.9996, '00:01:00.000'],
    ['what rounds up to an hour', 3599.9999, '01:00:00.000'],
  ])('writes %s as players read them', (_, intervalSeconds, expected) => {
    const [, second] = cuesOf(storyboardVtt({ ...storyboard, tileCount: 2, intervalSeconds }, 1e6));
    expect(second).toContain(`${expected} --> `);
  });

  test('a tile at the very end still has a time to be shown', () => {
    const [only] = cuesOf(storyboardVtt({ ...storyboard, tileCount: 1 }, 0));
    expect(only).toContain('00:00:00.000 --> 00:00:00.001');
  });
});
