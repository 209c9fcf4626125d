import { ffmpeg, lavfi } from './make.js';
import { heard, type OddMedium } from './odd-medium.js';

const seconds = 2;
const stereo = lavfi(`aevalsrc='0.3*sin(440*2*PI*t)|0.2*sin(550*2*PI*t)':d=${seconds}:s=44100`);
const song =
  (...words: string[]) =>
  (path: string) =>
    ffmpeg(...stereo, '-metadata', 'title=Morning', '-metadata', 'track=3/12', ...words, path);

/** Sound alone, in the containers and codecs people have. */
export const sounds: readonly OddMedium[] = [
  { name: 'song.mp3', make: song('-c:a', 'libmp3lame', '-b:a', '192k'), expected: heard(seconds) },
  {
    name: 'untagged.mp3',
    make: song('-c:a', 'libmp3lame', '-write_xing', '0', '-id3v2_version', '0'),
    expected: heard(seconds),
  },
  { name: 'song.m4a', make: song('-c:a', 'aac'), expected: heard(seconds) },
  { name: 'lossless.m4a', make: song('-c:a', 'alac'), expected: heard(seconds) },
  { name: 'song.aac', make: song('-c:a', 'aac'), expected: heard(seconds) },
  { name: 'song.flac', make: song('-c:a', 'flac'), expected: heard(seconds) },
  { name: 'song.wav', make: song('-c:a', 'pcm_s16le'), expected: heard(seconds) },
  { name: 'float.wav', make: song('-c:a', 'pcm_f32le'), expected: heard(seconds) },
  { name: 'song.aiff', make: song('-c:a', 'pcm_s24be'), expected: heard(seconds) },
  { name: 'song.ogg', make: song('-c:a', 'libvorbis'), expected: heard(seconds) },
  { name: 'song.opus', make: song('-c:a', 'libopus'), expected: heard(seconds) },
  { name: 'song.wma', make: song('-c:a', 'wmav2'), expected: heard(seconds) },
];
