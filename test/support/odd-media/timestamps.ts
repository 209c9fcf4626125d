import { writeFile } from 'node:fs/promises';
import { aac, changeBytes, clip, ffmpeg, h264, lavfi, picture, placeOf, tone } from './make.js';
import { failed, type OddMedium, published } from './odd-medium.js';

const silent = (path: string, ...words: string[]) => ffmpeg(...words, ...h264, path);

/** `setpts` that shows frame after frame at the times of this expression, in seconds. */
const shownAt = (expression: string) => [
  '-vf',
  `settb=1/1000,setpts='(${expression})*1000'`,
  '-vsync',
  'vfr',
];

/** Sets a Matroska element of the header that is a double of eight bytes. */
const setDouble = (path: string, id: string, value: number) =>
  changeBytes(path, (bytes) => {
    bytes.writeDoubleBE(value, placeOf(bytes, Buffer.from(`${id}88`, 'hex')) + id.length / 2 + 1);
    return undefined;
  });

/** When frames are shown is not what headers say, nor even, nor believable. */
export const timestamps: readonly OddMedium[] = [
  {
    name: 'starts-at-ten-hours.mkv',
    make: (path) => clip(path, '-output_ts_offset', '36000'),
    expected: published(),
  },
  {
    name: 'starts-at-ten-hours.mp4',
    make: (path) => clip(path, '-output_ts_offset', '36000'),
    expected: published(),
  },
  {
    name: 'wraps.ts',
    make: (path) => clip(path, '-output_ts_offset', '95443'),
    expected: published(),
  },
  {
    name: 'begins-anew.ts',
    make: async (path) => {
      await clip(path);
      await changeBytes(path, (bytes) => Buffer.concat([bytes, bytes]));
    },
    expected: published({ durationSeconds: 4 }),
  },
  {
    name: 'says-1000-frames-a-second.mkv',
    make: async (path) => {
      await silent(path, ...picture({ rate: '30' }), '-default_mode', 'infer');
      // DefaultDuration, in nanoseconds.
      await changeBytes(path, (bytes) => {
        const at = placeOf(bytes, Buffer.from('23e383', 'hex'));
        bytes.writeUIntBE(1_000_000, at + 4, bytes.readUInt8(at + 3) - 0x80);
        return undefined;
      });
    },
    expected: published({ frameRate: 30, hasAudio: false }),
  },
  {
    name: 'of-broadcast-rate.mkv',
    make: (path) => silent(path, ...picture({ rate: '30000/1001' })),
    expected: published({ frameRate: 30_000 / 1001, hasAudio: false }),
  },
  {
    name: 'of-film-rate.mp4',
    make: (path) => silent(path, ...picture({ rate: '24000/1001' })),
    expected: published({ frameRate: 24_000 / 1001, hasAudio: false }),
  },
  {
    name: 'begins-within-an-edit-list.mov',
    make: async (path) => {
      await clip(`${path}.whole.mov`, '-bf', '2');
      await ffmpeg('-ss', '0.3', '-i', `${path}.whole.mov`, '-c', 'copy', path);
    },
    expected: published({ durationSeconds: 1.7 }),
  },
  {
    name: 'bursts-of-60.mp4',
    make: (path) =>
      silent(
        path,
        ...picture({ rate: '60', seconds: 4 }),
        '-vf',
        "select='between(t,1,2)+not(mod(n,6))'",
        ...['-vsync', 'vfr'],
      ),
    expected: published({ durationSeconds: 4, frameRate: 60, hasAudio: false }),
  },
  {
    name: 'loses-frames.mkv',
    make: (path) => silent(path, ...picture(), '-vf', "select='mod(n,20)-7'", '-vsync', 'vfr'),
    expected: published({ hasAudio: false }),
  },
  {
    name: 'trembles.mkv',
    make: (path) => silent(path, ...picture(), ...shownAt('N/25+mod(N,3)*0.004')),
    expected: published({ hasAudio: false }),
  },
  {
    name: 'of-120.mp4',
    make: (path) => silent(path, ...picture({ rate: '120' })),
    expected: published({ frameRate: 120, servedRate: 60, hasAudio: false }),
  },
  {
    name: 'one-picture-of-one-second.mp4',
    make: (path) => silent(path, ...picture({ rate: '1', seconds: 1 })),
    expected: published({ durationSeconds: 1, frameRate: 1, hasAudio: false }),
  },
  {
    name: 'one-picture-with-sound.mp4',
    make: (path) => ffmpeg(...picture({ rate: '1', seconds: 1 }), ...tone(3), ...h264, ...aac, path),
    expected: published({ durationSeconds: 3, pictureSeconds: 1, frameRate: 1 }),
  },
  {
    name: 'a-picture-every-two-seconds.mkv',
    make: (path) => silent(path, ...picture({ rate: '1/2', seconds: 4 })),
    expected: published({ durationSeconds: 4, frameRate: 0.5, servedRate: 1, hasAudio: false }),
  },
  {
    name: 'stands-still-for-a-minute.mkv',
    make: (path) => silent(path, ...picture({ rate: '5' }), ...shownAt('if(lt(N,5),N/5,60+N/5)')),
    expected: published({ durationSeconds: 62, frameRate: 5, hasAudio: false }),
  },
  {
    name: 'leaps-by-weeks.wmv',
    make: async (path) => {
      await ffmpeg(...picture({ rate: '5' }), '-c:v', 'wmv2', '-q:v', '5', path);
      await changeBytes(path, leapOfOneFrame);
    },
    expected: published({ frameRate: 5, hasAudio: false }),
  },
  {
    name: 'leaps-at-the-end.mkv',
    make: (path) => silent(path, ...picture({ rate: '10' }), ...shownAt('if(eq(N,19),90000,N/10)')),
    // ffmpeg shows the last picture until the leap, and is ended a second after what is there.
    expected: published({ durationSeconds: 1.9, pictureSeconds: 2.94, frameRate: 10, hasAudio: false }),
  },
  {
    name: 'sound-leaps-by-hours.flv',
    make: async (path) => {
      await clip(path);
      await changeBytes(path, leapOfOneSound);
    },
    expected: published(),
  },
  {
    name: 'says-ten-times-too-little.mkv',
    make: async (path) => {
      await clip(path);
      await setDouble(path, '4489', 200);
    },
    expected: published(),
  },
  {
    name: 'says-ten-hours.mkv',
    make: async (path) => {
      await clip(path);
      await setDouble(path, '4489', 36_000_000);
    },
    expected: published(),
  },
  {
    name: 'subtitle-long-after-the-end.mkv',
    make: async (path) => {
      await writeSubtitle(`${path}.srt`, '00:02:00,000 --> 00:02:01,000');
      await ffmpeg(...picture(), ...tone(), '-i', `${path}.srt`, ...h264, ...aac, '-c:s', 'srt', path);
    },
    expected: published(),
  },
  {
    name: 'sound-much-longer.mp4',
    make: (path) => ffmpeg(...picture({ seconds: 1 }), ...tone(4), ...h264, ...aac, path),
    expected: published({ durationSeconds: 4, pictureSeconds: 1 }),
  },
  {
    name: 'sound-much-shorter.mkv',
    make: (path) => ffmpeg(...picture(), ...tone(0.5), ...h264, ...aac, path),
    expected: published(),
  },
  {
    name: 'picture-begins-late.mp4',
    make: (path) => ffmpeg('-itsoffset', '1', ...picture(), ...tone(3), ...h264, ...aac, path),
    expected: published({ durationSeconds: 3 }),
  },
  {
    name: 'interlaced.ts',
    make: (path) =>
      ffmpeg(
        ...picture({ rate: '50' }),
        ...['-vf', 'interlace', '-c:v', 'mpeg2video', '-q:v', '4', '-flags', '+ildct+ilme', path],
      ),
    expected: published({ hasAudio: false }),
  },
  {
    name: 'longer-than-half-a-day.mkv',
    make: (path) => silent(path, ...lavfi('color=size=64x48:rate=1/1000:duration=50000')),
    expected: failed('too_long'),
  },
];

const writeSubtitle = (path: string, times: string) => writeFile(path, `1\n${times}\nTo be continued.\n`);

/** Takes the picture of 0.4 s to five weeks later: ASF tells a picture's size and its time, in milliseconds and 3.1 s on. */
function leapOfOneFrame(bytes: Buffer): undefined {
  const time = Buffer.alloc(4);
  time.writeUInt32LE(3500);
  for (let at = bytes.indexOf(time); at >= 0; at = bytes.indexOf(time, at + 1))
    if (bytes[at - 5] === 8) bytes.writeUInt32LE(3_137_339_792, at);
}

/** The highest byte of the time of an FLV's tenth tag of sound: some five hours ahead of those around it, which is not too far to be believed. */
function leapOfOneSound(bytes: Buffer): undefined {
  const SOUND = 8;
  let sounds = 0;
  for (let at = 13; at < bytes.length; at += 15 + bytes.readUIntBE(at + 1, 3)) {
    if (bytes[at] !== SOUND || ++sounds < 10) continue;
    bytes[at + 7] = 1;
    return;
  }
  throw new Error('There is too little sound');
}
