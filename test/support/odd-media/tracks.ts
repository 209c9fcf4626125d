import { writeFile } from 'node:fs/promises';
import { aac, boxOf, changeBytes, clip, ffmpeg, h264, lavfi, picture, placeOf, tone } from './make.js';
import { failed, heard, type OddMedium, published } from './odd-medium.js';

const small = picture({ size: '64x36', rate: '1', seconds: 1 });

/** Gives an element of a Matroska file another content of the same length. */
const rename = (path: string, from: string, to: string) =>
  changeBytes(path, (bytes) => {
    bytes.write(to.padEnd(from.length), placeOf(bytes, from), 'latin1');
    return undefined;
  });

/** One picture and two sounds. */
const tracksOfTwo = (path: string, ...words: string[]) =>
  ffmpeg(
    ...picture(),
    ...tone(2),
    ...tone(2, 880),
    ...['-map', '0', '-map', '1', '-map', '2'],
    ...h264,
    ...words,
    path,
  );

/** Tracks that are missing, empty, unknown, or more than one. */
export const tracks: readonly OddMedium[] = [
  {
    name: 'sound-without-samples.mp4',
    make: async (path) => {
      await clip(path);
      await changeBytes(path, withoutSamplesOfSound);
    },
    expected: published({ hasAudio: false, leftOut: ['1:no_samples'] }),
  },
  {
    name: 'sound-without-samples.fragmented.mp4',
    make: (path) => soundWithoutSamples(path, '-movflags', '+frag_keyframe+empty_moov'),
    expected: published({ hasAudio: false, leftOut: ['1:no_samples'] }),
  },
  {
    name: 'sound-without-samples.mkv',
    make: (path) => soundWithoutSamples(path),
    expected: published({ hasAudio: false, leftOut: ['1:no_samples'] }),
  },
  {
    name: 'sound-of-no-numbers.mkv',
    make: async (path) => {
      const samples = Float32Array.from({ length: 96_000 }, (_, index) =>
        index % 1000 < 10 ? Number.NaN : Math.sin(index / 20) / 2,
      );
      await writeFile(`${path}.raw`, samples);
      const raw = ['-f', 'f32le', '-ar', '48000', '-ac', '1', '-i', `${path}.raw`];
      await ffmpeg(...picture(), ...raw, ...h264, '-c:a', 'pcm_f32le', path);
    },
    expected: published(),
  },
  {
    name: 'preview-track-first.mov',
    make: (path) =>
      ffmpeg(
        ...[...small, ...picture(), ...tone(), '-map', '0', '-map', '1', '-map', '2'],
        ...[
          '-c:v:0',
          'mjpeg',
          '-c:v:1',
          'libx264',
          '-preset',
          'ultrafast',
          '-pix_fmt:v:1',
          'yuv420p',
          ...aac,
          path,
        ],
      ),
    expected: published({ leftOut: ['0:another_is_shown'] }),
  },
  {
    name: 'larger-picture-second.mkv',
    make: (path) =>
      ffmpeg(
        ...[...picture({ size: '64x36' }), ...picture(), '-map', '0', '-map', '1', ...h264],
        ...['-disposition:v', '0', '-default_mode', 'passthrough', path],
      ),
    expected: published({ hasAudio: false, leftOut: ['0:another_is_shown'] }),
  },
  {
    name: 'two-sounds.mkv',
    make: (path) => tracksOfTwo(path, ...aac),
    expected: published(),
  },
  {
    name: 'unknown-sound-first.mp4',
    make: async (path) => {
      await tracksOfTwo(path, ...aac);
      await changeBytes(path, (bytes) => {
        bytes.write('zzzz', placeOf(bytes, 'mp4a'), 'latin1');
        // It names the codec too.
        bytes.write('free', placeOf(bytes, 'esds'), 'latin1');
        return undefined;
      });
    },
    expected: published({ leftOut: ['1:codec_not_taken'] }),
  },
  {
    name: 'sound-not-taken-first.mkv',
    make: (path) => tracksOfTwo(path, '-c:a:0', 'wavpack', '-c:a:1', 'aac'),
    expected: published({ leftOut: ['1:codec_not_taken'] }),
  },
  {
    name: 'sound-not-taken-second.mkv',
    make: (path) => tracksOfTwo(path, '-c:a:0', 'aac', '-c:a:1', 'tta'),
    expected: published({ leftOut: ['2:codec_not_taken'] }),
  },
  {
    name: 'only-sound-not-taken.mkv',
    make: (path) => ffmpeg(...picture(), ...tone(), ...h264, '-c:a', 'wavpack', path),
    expected: published({ hasAudio: false, leftOut: ['1:codec_not_taken'] }),
  },
  {
    name: 'unknown-sound-alone.mkv',
    make: async (path) => {
      await clip(path);
      await rename(path, 'A_AAC', 'A_XYZ');
    },
    expected: published({ hasAudio: false, leftOut: ['1:codec_not_taken'] }),
  },
  {
    name: 'sound-of-noise-first.mkv',
    make: async (path) => {
      await tracksOfTwo(path, '-c:a:0', 'ac3', '-c:a:1', 'aac');
      // The first two bytes of every frame of AC-3.
      await changeBytes(path, (bytes) => {
        for (let at = bytes.indexOf('0b77', 0, 'hex'); at >= 0; at = bytes.indexOf('0b77', at, 'hex'))
          bytes.fill(0x55, at, at + 64);
        return undefined;
      });
    },
    expected: published({ leftOut: ['1:cannot_be_decoded'] }),
  },
  {
    name: 'sound-of-no-readable-header-second.mp4',
    make: async (path) => {
      await tracksOfTwo(path, ...aac);
      await changeBytes(path, withNoiseForSoundHeader(1));
    },
    expected: published({ leftOut: ['2:cannot_be_decoded'] }),
  },
  {
    name: 'sound-of-no-readable-header-first.mov',
    make: async (path) => {
      await tracksOfTwo(path, ...aac);
      await changeBytes(path, withNoiseForSoundHeader(0));
    },
    expected: published({ leftOut: ['1:cannot_be_decoded'] }),
  },
  {
    name: 'sounds-of-no-readable-headers.mkv',
    make: async (path) => {
      await tracksOfTwo(path, '-c:a', 'libopus');
      await changeBytes(path, (bytes) => {
        // More channels than there may be.
        for (const nth of [0, 1]) bytes.writeUInt8(200, placeOf(bytes, 'OpusHead', nth) + 9);
        return undefined;
      });
    },
    expected: published({ hasAudio: false, leftOut: ['1:cannot_be_decoded', '2:cannot_be_decoded'] }),
  },
  {
    name: 'picture-of-no-readable-header-second.mkv',
    make: async (path) => {
      const theora = ['-c:v:1', 'libtheora', '-map', '0', '-map', '1', '-map', '2'];
      await ffmpeg(...picture(), ...small, ...tone(), ...h264, ...theora, ...aac, path);
      await changeBytes(path, withNoiseForTheoraHeader);
    },
    expected: published({ leftOut: ['1:cannot_be_decoded'] }),
  },
  {
    name: 'only-picture-of-no-readable-header.mkv',
    make: async (path) => {
      await ffmpeg(...picture(), ...tone(), '-c:v', 'libtheora', ...aac, path);
      await changeBytes(path, withNoiseForTheoraHeader);
    },
    expected: failed('corrupt_media'),
  },
  {
    name: 'subtitle-of-no-readable-header.mkv',
    make: async (path) => {
      await writeFile(`${path}.srt`, '1\n00:00:00,000 --> 00:00:01,000\nTo be continued.\n');
      await ffmpeg(...picture(), ...tone(), '-i', `${path}.srt`, ...h264, ...aac, '-c:s', 'ass', path);
      await changeBytes(path, (bytes) => {
        const at = placeOf(bytes, '[Script Info]');
        bytes.fill(0xff, at, at + 100);
        return undefined;
      });
    },
    expected: published({ texts: 1 }),
  },
  {
    name: 'subtitle-of-pictures.mkv',
    make: async (path) => {
      await writeFile(`${path}.sup`, Buffer.concat([0, 1].flatMap(emptyPicture)));
      await ffmpeg(
        ...picture(),
        '-i',
        `${path}.sup`,
        '-map',
        '0',
        '-map',
        '1',
        ...h264,
        '-c:s',
        'copy',
        path,
      );
    },
    expected: published({ hasAudio: false, leftOut: ['1:bitmap_subtitles'] }),
  },
  {
    name: 'cover-art.mp4',
    make: async (path) => {
      await ffmpeg(...small, '-frames:v', '1', '-update', '1', `${path}.png`);
      await ffmpeg(
        ...[...picture(), ...tone(), '-i', `${path}.png`, '-map', '0', '-map', '1', '-map', '2'],
        ...['-c:v:0', 'libx264', '-preset', 'ultrafast', '-pix_fmt:v:0', 'yuv420p', ...aac],
        ...['-c:v:1', 'copy', '-disposition:v:1', 'attached_pic', path],
      );
    },
    expected: published(),
  },
  {
    name: 'sound-alone.m4a',
    make: (path) => ffmpeg(...tone(), ...aac, path),
    expected: heard(2),
  },
  {
    name: 'six-channels.mp4',
    make: (path) => clip(path, '-ac', '6'),
    expected: published(),
  },
  {
    name: 'eight-kilohertz.avi',
    make: (path) => ffmpeg(...picture(), ...tone(), '-c:v', 'mpeg4', '-c:a', 'pcm_u8', '-ar', '8000', path),
    expected: published(),
  },
  {
    name: 'thirty-sounds.mkv',
    make: (path) =>
      ffmpeg(
        ...[...picture(), ...tone(), '-map', '0', ...Array.from({ length: 30 }, () => ['-map', '1']).flat()],
        ...[...h264, ...aac, path],
      ),
    expected: published({
      leftOut: Array.from({ length: 14 }, (_, index) => `${index + 17}:too_many_tracks`),
    }),
  },
];

/** Of PGS, which Blu-ray discs have: a composition without objects, and its end. */
function emptyPicture(atSeconds: number): Buffer[] {
  const segment = (type: number, payload: Buffer) => {
    const head = Buffer.alloc(13);
    head.write('PG', 'latin1');
    head.writeUInt32BE(atSeconds * 90_000, 2);
    head.writeUInt8(type, 10);
    head.writeUInt16BE(payload.length, 11);
    return Buffer.concat([head, payload]);
  };
  return [segment(0x16, Buffer.from('0780043810000080000000', 'hex')), segment(0x80, Buffer.alloc(0))];
}

/** A track of sound whose only packets come after all that is kept. */
const soundWithoutSamples = (path: string, ...words: string[]) =>
  ffmpeg(
    ...[...picture(), ...lavfi('anullsrc=sample_rate=48000'), ...h264, ...aac],
    ...['-bsf:a', 'noise=drop=1', ...words, '-t', '2', path],
  );

/** What an AAC decoder is told of a track of sound, in its box `esds`. */
const withNoiseForSoundHeader = (nth: number) => (bytes: Buffer) => {
  const box = boxOf(bytes, 'esds', nth);
  const at = placeOf(box, Buffer.from('05808080', 'hex'));
  box.fill(0xff, at + 5, at + 5 + box.readUInt8(at + 4));
  return undefined;
};

function withNoiseForTheoraHeader(bytes: Buffer): undefined {
  const at = placeOf(bytes, Buffer.from('\x80theora', 'latin1'));
  // With the lengths of its parts, which stand before it.
  bytes.fill(0xff, at - 3, at + 40);
}

/** The second track's tables tell of no samples. */
function withoutSamplesOfSound(bytes: Buffer): undefined {
  for (const type of ['stts', 'stsc', 'stsz', 'stco']) {
    const box = boxOf(bytes, type, 1);
    box.writeUInt32BE(0, type === 'stsz' ? 8 : 4);
  }
}
