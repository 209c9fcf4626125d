import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { whatIsTaken } from '../../../src/adapters/ffmpeg/allow-lists.js';
import { describeFile, toVideo } from '../../../src/adapters/ffmpeg/described-streams.js';
import { beginsLikeMedia, failureOf, lastLines } from '../../../src/adapters/ffmpeg/failures.js';
import { readHeader, streamsOf, toldSeconds } from '../../../src/adapters/ffmpeg/ffprobe-output.js';
import { bitratesOf, segmentsIn } from '../../../src/adapters/ffmpeg/hls-playlist.js';
import { avcCodecs } from '../../../src/adapters/ffmpeg/hls-renditions.js';
import { withoutShortEnd } from '../../../src/adapters/ffmpeg/last-segment.js';
import {
  contrastOf,
  mostAtPlace,
  posterPlaces,
  posterScore,
} from '../../../src/adapters/ffmpeg/poster-choice.js';
import { createProgressReader, type ToolProgress } from '../../../src/adapters/ffmpeg/progress.js';
import { planStoryboard } from '../../../src/adapters/ffmpeg/storyboard-plan.js';
import { mayHaveMagicYuvHole, versionIn } from '../../../src/adapters/ffmpeg/tool-version.js';

const stream = { index: 0, codec_type: 'video', codec_name: 'h264', width: 720, height: 576 };
const probeOf = (fields: object, format: object = {}) => {
  const header = readHeader(JSON.stringify({ streams: [{ ...stream, ...fields }], format }));
  const [first] = streamsOf(header, 'video');
  if (!first) throw new Error('no picture');
  return { ...describeFile(header), video: toVideo(first), toldSeconds: toldSeconds(first) };
};

/** As ffprobe prints a display matrix. */
const matrix = (a: number, b: number, c: number, d: number): string =>
  [
    [a, b, 0],
    [c, d, 0],
    [0, 0, 16_384],
  ]
    .map(
      (row, line) => `\n0000000${line}: ${row.map((value) => String(value * 65_536).padStart(12)).join('')}`,
    )
    .join('');

describe('a probe', () => {
  test.each([
    [{}, 720, 576, 0],
    [{ side_data_list: [{ rotation: -90 }] }, 576, 720, 90],
    [{ side_data_list: [{}, { rotation: 90 }] }, 576, 720, 270],
    [{ side_data_list: [{ rotation: -180 }] }, 720, 576, 180],
    [{ side_data_list: [{ rotation: -180, displaymatrix: matrix(-1, 0, 0, 1) }] }, 720, 576, 0],
    [{ side_data_list: [{ displaymatrix: matrix(0, 1, -1, 0) }] }, 576, 720, 90],
    [{ side_data_list: [{ rotation: 90, displaymatrix: matrix(0, 0, 0, 0) }] }, 720, 576, 0],
    [{ side_data_list: [{ displaymatrix: 'none' }] }, 720, 576, 0],
    [{ side_data_list: [{ rotation: 'nan' }] }, 720, 576, 0],
    [{ tags: { rotate: '90' } }, 576, 720, 90],
    [{ sample_aspect_ratio: '64:45' }, 1024, 576, 0],
    [{ sample_aspect_ratio: '64:45', side_data_list: [{ rotation: -90 }] }, 576, 1024, 90],
    [{ sample_aspect_ratio: '0:1' }, 720, 576, 0],
    [{ sample_aspect_ratio: '65535:1' }, 720, 576, 0],
  ])('of %j is shown as %d × %d, turned by %d°', (fields, width, height, rotationDegrees) => {
    expect(probeOf(fields).video).toMatchObject({ width, height, rotationDegrees, codedWidth: 720 });
  });

  test.each([
    [{ avg_frame_rate: '30000/1001' }, 30_000 / 1001],
    [{ avg_frame_rate: '0/0', r_frame_rate: '24/1' }, 24],
    [{ avg_frame_rate: '90000/1', r_frame_rate: '50/1' }, 50],
    [{ avg_frame_rate: '0/0', r_frame_rate: '0/0' }, 25],
  ])('of %j has the frame rate %d', (fields, frameRate) => {
    expect(probeOf(fields).video?.frameRate).toBe(frameRate);
  });

  test.each([
    [{ pix_fmt: 'yuv420p' }, 8],
    [{ pix_fmt: 'yuv420p10le' }, 10],
    [{ pix_fmt: 'yuv422p', bits_per_raw_sample: '12' }, 12],
  ])('of %j has %d bits', (fields, bitDepth) => {
    expect(probeOf(fields).video?.bitDepth).toBe(bitDepth);
  });

  test.each([
    ['smpte2084', true],
    ['arib-std-b67', true],
    ['bt709', false],
  ])('with the transfer %s: HDR is %s', (color_transfer, isHdr) => {
    expect(probeOf({ color_transfer }).video?.isHdr).toBe(isHdr);
  });

  test.each([
    [{ duration: '7.5' }, 7.5],
    [{ tags: { DURATION: '00:01:02.500000000' } }, 62.5],
    [{ duration: 'N/A' }, null],
  ])('of %j tells a length of %d s', (fields, seconds) => {
    expect(probeOf(fields).toldSeconds).toBe(seconds);
  });

  test('caps what a file says of itself and keeps places private', () => {
    const { tags } = probeOf(
      {},
      {
        tags: {
          title: 'x'.repeat(9999),
          comment: `${'x'.repeat(199)}\u{1f600}`,
          'com.apple.quicktime.location.ISO6709': '+1',
        },
      },
    );
    expect(Object.keys(tags)).toEqual(['title', 'comment']);
    expect(tags.title).toHaveLength(200);
    expect(tags.comment?.isWellFormed()).toBe(true);
  });

  test.each(['', 'null', '[]', '{"streams":[{"index":"x"}]}'])(
    'of unreadable output %j is corrupt media',
    (json) => {
      expect(() => readHeader(json)).toThrow(expect.objectContaining({ code: 'corrupt_media' }));
    },
  );
});

describe('a failure', () => {
  const isoHead = Buffer.from('\0\0\0\x18ftypisom', 'latin1');
  const failure = (stderr: string, head: Uint8Array = isoHead) =>
    failureOf({
      tool: 'ffmpeg',
      exitCode: 1,
      endSignal: null,
      stderr,
      inputPath: '/private/place/x.mp4',
      head,
    });
  const probeFailure = (said: { exitCode: number | null; stderr: string; head?: Uint8Array }) =>
    failureOf({
      tool: 'ffprobe',
      endSignal: null,
      inputPath: '/private/place/x.mp4',
      head: isoHead,
      ...said,
    });

  test.each([
    ["[hls @ 0x55] Format not on whitelist 'mov'", 'unsupported', 'forbidden_format'],
    ["[magicyuv @ 0x55] Codec (magicyuv) not on whitelist 'h264'", 'unsupported', 'unsupported_codec'],
    ['Picture size 9x9 exceeds specified max pixel count 100', 'unsupported', 'too_many_pixels'],
    ['[mov @ 0x55] moov atom not found', 'unsupported', 'corrupt_media'],
    ["Stream map '0:9' matches no streams.", 'unsupported', 'no_video'],
    ['av_interleaved_write_frame(): No space left on device', 'storage-full', 'storage_full'],
    ['something nobody has seen', 'internal', 'ffmpeg_failed'],
  ])('that says "%s" is %s: %s', (stderr, kind, code) => {
    expect(failure(stderr)).toMatchObject({ kind, code });
  });

  test.each([
    'Operation not permitted',
    'Not yet implemented in FFmpeg, patches welcome',
    'Error number -1094995529 occurred',
  ])('of ffprobe to read a file, with "%s", is the file’s', (reason) => {
    const said = { exitCode: 1, stderr: `file:/private/place/x.mp4: ${reason}\n` };
    expect(probeFailure(said)).toMatchObject({ kind: 'unsupported', code: 'corrupt_media' });
    expect(probeFailure({ ...said, head: Buffer.from('hello') }).code).toBe('not_media');
  });

  test('of ffprobe to open a stream whose header is damaged is the file’s', () => {
    const stderr = '[theora @ 0x55] Corrupt extradata\nCould not open codec for input stream 0\n';
    expect(probeFailure({ exitCode: 1, stderr })).toMatchObject({ code: 'corrupt_media' });
  });

  test.each([
    ['the disk', { exitCode: 1, stderr: 'file:/private/place/x.mp4: Input/output error' }],
    ['what starts it', { exitCode: 1, stderr: 'bwrap: Creating new namespace failed' }],
    ['a library', { exitCode: 127, stderr: 'ffprobe: error while loading shared libraries: libavcodec' }],
    ['a crash', { exitCode: null, stderr: 'file:/private/place/x.mp4: Operation not permitted' }],
  ])('of ffprobe over %s is not the file’s', (_, said) => {
    expect(probeFailure(said)).toMatchObject({ kind: 'internal', code: 'ffmpeg_failed' });
  });

  test('of a file that never was media is told apart from damage', () => {
    expect(failure('moov atom not found', Buffer.from('hello')).code).toBe('not_media');
  });

  test.each([
    ["[bmp_pipe @ 0x55] Format not on whitelist 'mov'", 'This is a picture (BMP). '],
    ["[hls @ 0x55] Format not on whitelist 'mov'", 'Files of the type hls are not taken. '],
  ])('that says "%s" tells people what is taken instead', (stderr, beginning) => {
    expect(failure(stderr).message).toBe(`${beginning}${whatIsTaken}`);
  });

  test('tells what was said without paths and addresses', () => {
    expect(lastLines('[mov @ 0x55d6] broken\n/private/place/x.mp4: bad\n', '/private/place/x.mp4')).toBe(
      '[mov] broken\ninput: bad',
    );
  });
});

test.each([
  ['MP4', '\0\0\0\x18ftypisom', true],
  ['WebM', '\x1a\x45\xdf\xa3', true],
  ['MPEG-TS', `G${'x'.repeat(187)}G`, true],
  ['a text', 'Good morning, this is a text', false],
  ['a playlist', '#EXTM3U\n', false],
])('the first bytes of %s begin like media: %s', (_, text, expected) => {
  expect(beginsLikeMedia(Buffer.from(text, 'latin1'))).toBe(expected);
});

test.each([
  ['5.1.9-0+deb12u1', true],
  ['5.1.10-0+deb12u1', false],
  ['6.0.1', true],
  ['6.1.6', false],
  ['n7.0-7-gd38bf5e08e-20240407', true],
  ['7.1.5', false],
  ['8.0', true],
  ['8.1.2', false],
  ['8.2', false],
  ['9.0', false],
  ['N-66595-gc2b38619c0-static', true],
])('version %s may have the MagicYUV hole: %s', (version, expected) => {
  expect(mayHaveMagicYuvHole(version)).toBe(expected);
});

test('a version is read from what the tool says first', () => {
  expect(versionIn('ffmpeg version 5.1.9-0+deb12u1 Copyright (c)')).toBe('5.1.9-0+deb12u1');
  expect(versionIn('hello')).toBeUndefined();
});

test('progress is read from chunks cut anywhere', () => {
  const reports: ToolProgress[] = [];
  const read = createProgressReader((progress) => reports.push(progress));
  const text =
    'frame=0\nout_time_us=N/A\nspeed=N/A\nprogress=continue\nframe=25\nout_time_us=1000000\nspeed=2.5x\nprogress=end\n';
  for (const character of text) read(character);
  expect(reports).toEqual([
    { outTimeSeconds: null, frame: 0, speed: null },
    { outTimeSeconds: 1, frame: 25, speed: 2.5 },
  ]);
});

test('progress keeps nothing of what it is not asked for', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const read = createProgressReader(() => {});
  collectGarbage();
  const heldBefore = process.memoryUsage().heapUsed;
  for (let index = 0; index < 300_000; index++) read(`key${index}=${'x'.repeat(100)}\n`);
  collectGarbage();
  expect(process.memoryUsage().heapUsed - heldBefore).toBeLessThan(8 * 2 ** 20);
});

describe('a playlist', () => {
  const playlist = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:6.000000,\na.m4s\n#EXTINF:1.5,\nb.m4s\n';

  test('tells its segments when it is whole', () => {
    expect(segmentsIn(playlist)).toBeUndefined();
    expect(segmentsIn(`${playlist}#EXT-X-ENDLIST\n`)).toEqual([
      { file: 'a.m4s', durationSeconds: 6 },
      { file: 'b.m4s', durationSeconds: 1.5 },
    ]);
  });

  test('has its last segment joined with the one before only where that is next to nothing', () => {
    const whole = (last: number, before = 6) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6.0,\na.m4s\n#EXTINF:${before},\nb.m4s\n#EXTINF:${last},\nc.m4s\n#EXT-X-ENDLIST\n`;
    expect(withoutShortEnd(whole(0.02))).toEqual({
      playlist:
        '#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6.0,\na.m4s\n#EXTINF:6.020000,\nb.m4s\n#EXT-X-ENDLIST\n',
      kept: 'b.m4s',
      joined: 'c.m4s',
    });
    expect(withoutShortEnd(whole(1))).toBeUndefined();
    // Rounded, it would be longer than the target duration.
    expect(withoutShortEnd(whole(0.2, 6.4))).toBeUndefined();
    expect(
      withoutShortEnd('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.1,\na.m4s\n#EXT-X-ENDLIST\n'),
    ).toBeUndefined();
  });

  test('peaks where it is densest, but not in a tiny last segment', () => {
    const segment = (durationSeconds: number, sizeBytes: number) => ({
      file: 'x',
      durationSeconds,
      sizeBytes,
    });
    expect(bitratesOf([segment(6, 6000), segment(6, 12_000), segment(0.04, 4000)], 6)).toEqual({
      averageBitrateBps: Math.round((22_000 * 8) / 12.04),
      peakBitrateBps: Math.round((16_000 * 8) / 6.04),
    });
    expect(bitratesOf([segment(1, 1000)], 6).peakBitrateBps).toBe(8000);
  });
});

test('the codecs string comes from the avcC box', () => {
  const init = Buffer.concat([Buffer.from('….avcC', 'latin1'), Buffer.from([1, 0x64, 0, 0x1f, 0xff])]);
  expect(avcCodecs(init)).toBe('avc1.64001f');
  expect(avcCodecs(Buffer.from('nothing'))).toBeUndefined();
});

test.each([
  [0.04, 1, 1, 1],
  [3, 10, 10, 1],
  [30, 15, 10, 2],
  [600, 300, 10, 10],
  [7200, 300, 10, 10],
])(
  'a storyboard of %d s has %d tiles on sheets of %d × %d, none beyond the end',
  (seconds, tiles, columns, rows) => {
    const video = probeOf({}).video;
    if (!video) throw new Error('no video');
    const plan = planStoryboard(video, seconds);
    expect(plan).toMatchObject({ tileCount: tiles, columns, rows, keyframesOnly: seconds > 600 });
    expect((plan.tileCount - 0.5) * plan.intervalSeconds).toBeLessThan(seconds);
  },
);

test('of two places for a poster the nearer to a tenth of the way in is taken, unless the other shows more', () => {
  const black = new Uint8Array(100);
  const scene = Uint8Array.from({ length: 100 }, (_, index) => (index % 2) * 200);
  expect(contrastOf(black)).toBe(0);
  expect(posterScore(scene, 0.1)).toBe(mostAtPlace(0.1));
  expect(posterScore(scene, 0.1)).toBeGreaterThan(posterScore(scene, 0.2));
  expect(posterScore(scene, 0.75)).toBeGreaterThan(posterScore(black, 0.1));
  expect(posterPlaces.map(mostAtPlace)).toEqual(posterPlaces.map(mostAtPlace).toSorted((a, b) => b - a));
});
