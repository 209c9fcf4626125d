import { clip, ffmpeg, h264, picture, tone } from './make.js';
import { type OddMedium, published } from './odd-medium.js';

const remade =
  (...words: string[]) =>
  (path: string) =>
    ffmpeg(...picture(), ...tone(), ...words, path);

/** What nothing is wrong with, in the containers and codecs people have. */
export const containers: readonly OddMedium[] = [
  { name: 'plain.mp4', make: (path) => clip(path), expected: published() },
  { name: 'index-first.mp4', make: (path) => clip(path, '-movflags', '+faststart'), expected: published() },
  {
    name: 'fragmented.mp4',
    make: (path) => clip(path, '-movflags', '+frag_keyframe+empty_moov', '-g', '10'),
    expected: published(),
  },
  {
    name: 'one-fragment-a-frame.mp4',
    make: (path) => clip(path, '-movflags', '+frag_every_frame+empty_moov+default_base_moof'),
    expected: published(),
  },
  { name: 'plain.mov', make: (path) => clip(path), expected: published() },
  { name: 'plain.mkv', make: (path) => clip(path), expected: published() },
  { name: 'live.mkv', make: (path) => clip(path, '-live', '1'), expected: published() },
  { name: 'plain.flv', make: (path) => clip(path, '-ar', '44100'), expected: published() },
  { name: 'plain.ts', make: (path) => clip(path), expected: published() },
  {
    name: 'mpeg4-mp3.avi',
    make: remade('-c:v', 'mpeg4', '-q:v', '5', '-c:a', 'libmp3lame'),
    expected: published(),
  },
  {
    name: 'packed-mpeg4.avi',
    make: remade('-c:v', 'mpeg4', '-q:v', '5', '-bf', '2', '-c:a', 'ac3'),
    expected: published(),
  },
  { name: 'mjpeg-pcm.avi', make: remade('-c:v', 'mjpeg', '-c:a', 'pcm_s16le'), expected: published() },
  {
    name: 'mpeg2-mp2.mpg',
    make: remade('-c:v', 'mpeg2video', '-q:v', '5', '-c:a', 'mp2'),
    expected: published(),
  },
  {
    name: 'mpeg1.mpg',
    make: remade('-c:v', 'mpeg1video', '-q:v', '5', '-c:a', 'mp2', '-f', 'mpeg'),
    expected: published(),
  },
  {
    name: 'mpeg2.ts',
    make: remade('-c:v', 'mpeg2video', '-q:v', '5', '-bf', '2', '-c:a', 'ac3'),
    expected: published(),
  },
  {
    name: 'wmv2-wma2.wmv',
    make: remade('-c:v', 'wmv2', '-q:v', '5', '-c:a', 'wmav2'),
    expected: published(),
  },
  {
    name: 'mpeg2.mxf',
    make: remade('-c:v', 'mpeg2video', '-q:v', '3', '-c:a', 'pcm_s16le', '-ar', '48000'),
    expected: published(),
  },
  {
    name: 'vp8-vorbis.webm',
    make: remade(
      '-c:v',
      'libvpx',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-b:v',
      '200k',
      '-c:a',
      'libvorbis',
    ),
    expected: published(),
  },
  {
    name: 'vp9-opus.webm',
    make: remade(
      '-c:v',
      'libvpx-vp9',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-b:v',
      '200k',
      '-c:a',
      'libopus',
    ),
    expected: published(),
  },
  {
    name: 'theora-vorbis.ogv',
    make: remade('-c:v', 'libtheora', '-c:a', 'libvorbis'),
    expected: published(),
  },
  {
    name: 'hevc.mp4',
    make: remade('-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-c:a', 'aac'),
    expected: published(),
  },
  { name: 'prores-pcm.mov', make: remade('-c:v', 'prores_ks', '-c:a', 'pcm_s16le'), expected: published() },
  { name: 'ffv1-flac.mkv', make: remade('-c:v', 'ffv1', '-c:a', 'flac'), expected: published() },
  {
    name: 'h263.3gp',
    make: (path) => ffmpeg(...picture({ size: '176x144' }), '-c:v', 'h263', path),
    expected: published({ width: 176, height: 144, hasAudio: false }),
  },
  {
    name: 'no-sound.mp4',
    make: (path) => ffmpeg(...picture(), ...h264, path),
    expected: published({ hasAudio: false }),
  },
];
