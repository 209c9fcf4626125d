import { writeFile } from 'node:fs/promises';
import { aac, changeBytes, clip, ffmpeg, h264, lavfi, picture, placeOf, tone } from './make.js';
import { failed, type OddMedium, published } from './odd-medium.js';

const withoutSound = { hasAudio: false } as const;

/** A slice of the picture of a test, of a width or height that `testsrc2` itself does not have. */
const sliver = (path: string, size: string) =>
  ffmpeg(
    ...picture({ size: '64x64' }),
    '-vf',
    `crop=${size}:0:0:exact=1,format=yuv444p`,
    '-c:v',
    'ffv1',
    path,
  );

const chapters = [
  ';FFMETADATA1',
  ...['[CHAPTER]', 'TIMEBASE=1/1000', 'START=0', 'END=1000', 'title=One'],
  ...['[CHAPTER]', 'TIMEBASE=1/1000', 'START=1000', 'END=200000', 'title=Two, which never ends'],
];

/** What phones, editors, recorders and broken copies make, as users of other platforms reported it. */
/** No decoder finds a frame in what lacks its mark. */
const withoutFirstFrame = (bytes: Buffer): undefined => {
  bytes.write('none', placeOf(bytes, 'icpf'), 'latin1');
};

export const foundElsewhere: readonly OddMedium[] = [
  {
    name: 'odd-in-width-and-height.mp4',
    make: (path) =>
      ffmpeg(
        ...picture({ size: '253x141' }),
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-pix_fmt',
        'yuv444p',
        path,
      ),
    expected: published({ width: 252, height: 140, ...withoutSound }),
  },
  {
    name: 'one-pixel-wide.mkv',
    make: (path) => sliver(path, '1:64'),
    expected: published({ width: 2, height: 64, ...withoutSound }),
  },
  {
    name: 'one-pixel-high.mkv',
    make: (path) => sliver(path, '64:1'),
    expected: published({ width: 64, height: 2, ...withoutSound }),
  },
  {
    name: 'seen-through.webm',
    make: (path) =>
      ffmpeg(
        ...[...picture(), '-vf', 'format=yuva420p', '-c:v', 'libvpx-vp9', '-deadline', 'realtime'],
        ...['-cpu-used', '8', path],
      ),
    expected: published(withoutSound),
  },
  {
    name: 'seen-through.mov',
    make: (path) =>
      ffmpeg(...picture(), '-c:v', 'prores_ks', '-profile:v', '4', '-pix_fmt', 'yuva444p10le', path),
    expected: published(withoutSound),
  },
  {
    name: 'of-12-bits.mp4',
    make: (path) =>
      ffmpeg(
        ...[...picture(), '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'],
        ...['-pix_fmt', 'yuv444p12le', path],
      ),
    expected: published(withoutSound),
  },
  {
    name: 'eight-channels.mp4',
    make: (path) =>
      ffmpeg(...[...picture(), ...lavfi(`sine=duration=2,pan=7.1|${eightOfOne}`), ...h264, ...aac, path]),
    expected: published(),
  },
  {
    name: 'of-192-kilohertz.mkv',
    make: (path) =>
      ffmpeg(
        ...picture(),
        ...lavfi('sine=sample_rate=192000:duration=2'),
        ...h264,
        '-c:a',
        'pcm_s16le',
        path,
      ),
    expected: published(),
  },
  {
    name: 'sound-begins-late.mkv',
    make: (path) => ffmpeg(...picture({ seconds: 4 }), '-itsoffset', '3', ...tone(1), ...h264, ...aac, path),
    expected: published({ durationSeconds: 4 }),
  },
  {
    name: 'begins-before-zero.mkv',
    make: (path) => clip(path, '-output_ts_offset', '-1', '-avoid_negative_ts', 'disabled'),
    expected: published(),
  },
  {
    name: 'decoded-when-it-is-shown.mkv',
    make: async (path) => {
      await ffmpeg(...picture(), ...h264, '-bf', '3', `${path}.right.mkv`);
      await ffmpeg('-i', `${path}.right.mkv`, '-c', 'copy', '-bsf:v', 'setts=dts=PTS', path);
    },
    expected: published(withoutSound),
  },
  {
    name: 'time-code.mov',
    make: (path) => clip(path, '-timecode', '01:00:00:00'),
    expected: published(),
  },
  {
    name: 'chapters-beyond-the-end.mp4',
    make: async (path) => {
      await writeFile(`${path}.txt`, chapters.join('\n'));
      await ffmpeg(
        ...[...picture(), ...tone(), '-i', `${path}.txt`, '-map_metadata', '2', ...h264, ...aac, path],
      );
    },
    expected: published(),
  },
  {
    name: 'fragments-without-an-index.mp4',
    make: (path) =>
      clip(path, '-movflags', '+frag_keyframe+empty_moov+default_base_moof+skip_sidx', '-g', '10'),
    expected: published(),
  },
  {
    name: 'in-truth-matroska.mp4',
    make: (path) =>
      clip(`${path}.mkv`).then(() => ffmpeg('-i', `${path}.mkv`, '-c', 'copy', '-f', 'matroska', path)),
    expected: published(),
  },
  { name: 'blu-ray.m2ts', make: (path) => clip(path), expected: published() },
  {
    name: 'begins-with-something-else.ts',
    make: async (path) => {
      await clip(path);
      const noise = Buffer.alloc(3000, 'Not found. ');
      await changeBytes(path, (bytes) => Buffer.concat([noise, bytes]));
    },
    expected: published(),
  },
  {
    name: 'cut-in-half.mkv',
    make: async (path) => {
      await clip(path);
      await changeBytes(path, (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)));
    },
    expected: published({ durationSeconds: 1 }),
  },
  {
    name: 'cut-before-its-index.mp4',
    make: async (path) => {
      await clip(path);
      await changeBytes(path, (bytes) => bytes.subarray(0, -300));
    },
    expected: failed('corrupt_media'),
  },
  {
    name: 'prores-of-no-first-frame.mov',
    make: async (path) => {
      await ffmpeg(...picture(), '-c:v', 'prores_ks', path);
      await changeBytes(path, withoutFirstFrame);
    },
    expected: published(withoutSound),
  },
];

/** `sine` has one channel. */
const eightOfOne = Array.from({ length: 8 }, (_, channel) => `c${channel}=c0`).join('|');
