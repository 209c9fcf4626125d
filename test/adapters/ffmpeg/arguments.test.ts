import { describe, expect, test } from 'vitest';
import { allowedDecoders, allowedFormats, guardedInput } from '../../../src/adapters/ffmpeg/allow-lists.js';
import { hlsArguments } from '../../../src/adapters/ffmpeg/hls-arguments.js';
import { evenSize, fitInSquare } from '../../../src/adapters/ffmpeg/picture-size.js';
import { frameRateFraction, parseRational } from '../../../src/adapters/ffmpeg/rational.js';
import { inOnePassArguments, oneFrameArguments } from '../../../src/adapters/ffmpeg/sample-arguments.js';
import type { VideoStreamProbe } from '../../../src/core/media-probe.js';
import type { TranscodeRequest } from '../../../src/core/video-tools.js';
import { neverAborted, rung } from './support.js';

const video: VideoStreamProbe = {
  streamIndex: 3,
  codec: 'h264',
  profile: 'High',
  codedWidth: 1280,
  codedHeight: 720,
  width: 1280,
  height: 720,
  isMirrored: false,
  rotationDegrees: 0,
  frameRate: 25,
  frameCount: 250,
  durationSeconds: 30,
  pixelFormat: 'yuv420p',
  bitDepth: 8,
  bitrateBps: null,
  colorPrimaries: null,
  colorTransfer: null,
  colorSpace: null,
  colorRange: null,
  isHdr: false,
};
const request: TranscodeRequest = {
  inputPath: '/media/in.mp4',
  outputFolder: '/work',
  video,
  rungs: [rung(1280, 720), rung(640, 360)],
  audio: { streamIndex: 1, bitrateBps: 96_000, channels: 2 },
  durationSeconds: 10,
  onProgress: () => {},
  signal: neverAborted,
};
const options = { preset: 'veryfast', toneMapping: true } as const;
const wordAfter = (words: readonly string[], word: string) => words[words.indexOf(word) + 1] ?? '';

describe('an input', () => {
  const words = guardedInput('relative.mp4', ['-ss', '3']);

  test('is named as a local file by its absolute path', () => {
    expect(words.at(-1)).toBe(`file:${process.cwd()}/relative.mp4`);
  });

  test('is guarded before it is opened', () => {
    const guards = words.slice(0, words.indexOf('-i'));
    for (const guard of ['-protocol_whitelist', '-format_whitelist', '-codec_whitelist', '-max_pixels'])
      expect(guards).toContain(guard);
    expect(wordAfter(words, '-protocol_whitelist')).toBe('file');
  });

  test('may be no playlist, script or picture, and needs no decoder with a known hole', () => {
    for (const format of ['hls', 'concat', 'dash', 'sdp', 'image2', 'png_pipe', 'lavfi', 'tty'])
      expect(allowedFormats).not.toContain(format);
    expect(allowedDecoders).not.toContain('magicyuv');
  });
});

describe('the ladder command', () => {
  const words = hlsArguments(request, options);
  const graph = wordAfter(words, '-filter_complex');

  test('decodes the chosen stream once for all rungs', () => {
    expect(graph).toMatch(/^\[0:3\].*split=2\[source0\]\[source1\];/);
    expect(words.filter((word) => word === '-i')).toHaveLength(1);
  });

  test('scales every rung to square pixels of its own size, converts nothing that need not be, and tags it', () => {
    const tags = 'setparams=colorspace=bt709:color_trc=bt709:color_primaries=bt709:range=tv';
    expect(graph).toContain(`scale=1280:720:flags=bicubic,setsar=1,format=yuv420p,${tags}[rung0]`);
    expect(graph).toContain(`scale=640:360:flags=bicubic,setsar=1,format=yuv420p,${tags}[rung1]`);
  });

  test('writes each rung and the sound into folders of their own', () => {
    const playlists = words.filter((word) => word.endsWith('.m3u8'));
    expect(playlists).toEqual(['720p/playlist.m3u8', '360p/playlist.m3u8', 'audio/playlist.m3u8']);
  });

  test('strips metadata, chapters, subtitles and data from every output', () => {
    for (const word of ['-map_metadata', '-map_chapters', '-sn', '-dn'])
      expect(words.filter((candidate) => candidate === word)).toHaveLength(3);
  });

  test('never makes more than 60 frames a second', () => {
    const fast = hlsArguments({ ...request, rungs: [rung(640, 360, 120)] }, options);
    expect(wordAfter(fast, '-filter_complex')).toContain('fps=60/1:start_time=0');
  });

  test('maps the tones of HDR, and of nothing else, when ffmpeg can', () => {
    const hdr = { ...request, video: { ...video, isHdr: true, colorTransfer: 'smpte2084' } };
    expect(wordAfter(hlsArguments(hdr, options), '-filter_complex')).toMatch(/color_trc=smpte2084.*tonemap/);
    expect(wordAfter(hlsArguments(hdr, { ...options, toneMapping: false }), '-filter_complex')).not.toContain(
      'tonemap',
    );
    expect(graph).not.toContain('tonemap');
  });

  test('without rungs makes the sound only', () => {
    const audioOnly = hlsArguments({ ...request, rungs: [] }, options);
    expect(audioOnly).not.toContain('-filter_complex');
    expect(audioOnly.at(-1)).toBe('audio/playlist.m3u8');
  });
});

describe('frame samples', () => {
  const output = {
    inputPath: '/media/in.mp4',
    video,
    size: { width: 320, height: 180 },
    toneMapping: true,
    withJpegs: true,
  };

  test('are taken at the same place of equal parts', () => {
    expect(
      wordAfter(
        inOnePassArguments(output, { intervalSeconds: 2.5, phase: 0.5, count: 4 }),
        '-filter_complex',
      ),
    ).toContain('setpts=PTS-1.250000/TB,fps=1/2.500000:round=up:start_time=0');
  });

  test('are sought before the input is opened, and numbered as the caller counts', () => {
    const words = oneFrameArguments(output, { beforeInput: ['-ss', '61.500'], select: ['null'] }, 7);
    expect(words.indexOf('-ss')).toBeLessThan(words.indexOf('-i'));
    expect(wordAfter(words, '-start_number')).toBe('7');
  });
});

test.each([
  [25, '25/1'],
  [29.97002997, '30000/1001'],
  [23.976, '24000/1001'],
  [59.94, '60000/1001'],
  [29.8333333, '29833/1000'],
  [12.5, '12500/1000'],
])('the frame rate %d is given to ffmpeg as %s', (rate, fraction) => {
  expect(frameRateFraction(rate)).toBe(fraction);
});

test.each([
  ['30000/1001', 30_000 / 1001],
  ['16:11', 16 / 11],
  ['25', 25],
  ['0/0', null],
  ['0:1', null],
  ['nonsense', null],
  [undefined, null],
])('the fraction %s reads as %s', (text, value) => {
  expect(parseRational(text)).toBe(value);
});

test('sizes are even, never 0, keep their shape and are never enlarged', () => {
  expect(evenSize({ width: 641, height: 1 })).toEqual({ width: 640, height: 2 });
  expect(fitInSquare({ width: 1920, height: 1080 }, 320)).toEqual({ width: 320, height: 180 });
  expect(fitInSquare({ width: 1080, height: 1920 }, 160)).toEqual({ width: 90, height: 160 });
  expect(fitInSquare({ width: 64, height: 48 }, 320)).toEqual({ width: 64, height: 48 });
});
