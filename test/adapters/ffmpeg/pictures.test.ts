import { copyFile, mkdtemp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createToolFinder, type ToolPlaces } from '../../../src/adapters/ffmpeg/find-tools.js';
import type { VideoStreamProbe } from '../../../src/core/media-probe.js';
import type { VideoTools } from '../../../src/core/video-tools.js';
import { turnClockwise } from '../../support/turn-clockwise.js';
import {
  evenly,
  ffprobeLines,
  h264,
  makeFile,
  makeTwoSizes,
  misleadIndex,
  neverAborted,
  picture,
  realFile,
  strongest,
  tellDuration,
  temporaryFolder,
  tone,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);

/** Red, then green, then blue, a third each: what a frame shows tells when it was taken. */
const colours = (seconds: number, size = '320x180'): string[] => [
  '-filter_complex',
  ['red', 'lime', 'blue']
    .map((colour, index) => `color=${colour}:size=${size}:rate=10:duration=${seconds / 3}[c${index}]`)
    .join(';')
    .concat(';[c0][c1][c2]concat=n=3'),
];

/** Green but for one second of red, which lies between the middles of twenty equal parts. */
const hiding = (seconds: number, redFrom: number): string[] => [
  ...['-f', 'lavfi', '-i', `color=lime:size=64x36:rate=10:duration=${seconds}`],
  ...['-vf', `drawbox=color=red:t=fill:enable=between(t\\,${redFrom}\\,${redFrom + 0.95})`],
  ...['-force_key_frames', String(redFrom)],
];
/** Chance that can be repeated. */
const chance = (seed: number) => () => {
  seed = (seed * 16_807) % 2_147_483_647;
  return seed / 2_147_483_647;
};

beforeAll(async () => {
  await makeFile(at('hiding.mp4'), ...hiding(40, 1.5), ...h264);
  await makeFile(at('hiding-long.mp4'), ...hiding(90, 47.6), ...h264);
  await makeFile(at('colours.mp4'), ...colours(6), ...h264);
  await makeFile(at('long.mp4'), ...colours(180, '64x36'), '-g', '20', ...h264);
  await makeFile(at('liar.mkv'), ...colours(6), ...h264);
  await tellDuration(at('liar.mkv'), 1);
  await makeFile(
    at('misled.mkv'),
    ...colours(90, '64x36'),
    '-g',
    '20',
    '-cluster_time_limit',
    '2000',
    ...h264,
  );
  await misleadIndex(at('misled.mkv'));
  await makeFile(at('long-sound.mkv'), ...colours(6), ...tone(90), ...h264);
  const oneKeyframe = ['-g', '9999', '-keyint_min', '9999', '-sc_threshold', '0'];
  await makeFile(at('one-keyframe.mp4'), ...colours(90, '64x36'), ...h264, ...oneKeyframe);
  await makeFile(at('long-one-keyframe.mp4'), ...colours(180, '64x36'), ...h264, ...oneKeyframe);
  const tenHours = ['-output_ts_offset', '36000'];
  for (const name of ['late.mkv', 'late.mp4', 'late.ts'])
    await makeFile(at(name), ...colours(90, '64x36'), '-g', '20', ...h264, ...tenHours);
  await makeTwoSizes(at('two-sizes.ts'));
  await makeFile(at('turned.mp4'), ...picture('320x180', 10, 1), ...h264);
  await turnClockwise(at('turned.mp4'));
  await makeFile(at('one-frame.mp4'), ...picture('64x48', 25, 1), '-frames:v', '1', ...h264);
  await makeFile(
    at('dark-start.mp4'),
    '-f',
    'lavfi',
    '-i',
    'color=black:size=320x180:rate=10:duration=3',
    ...picture('320x180', 10, 3),
    '-filter_complex',
    'concat',
    ...h264,
  );
  await makeFile(at('front.mp4'), ...picture('320x180', 25, 7), ...h264, '-movflags', '+faststart');
  await copyFile(at('front.mp4'), at('stump.mp4'));
  await truncate(at('stump.mp4'), Math.round((await stat(at('front.mp4'))).size * 0.2));
});

const requestFor = async (tools: VideoTools, inputPath: string) => {
  const { video, durationSeconds } = await tools.probe(inputPath, neverAborted);
  if (!video) throw new Error('no video');
  return { inputPath, video: video as VideoStreamProbe, durationSeconds, signal: neverAborted };
};
const sizeOf = async (path: string) =>
  (await ffprobeLines(path, '-show_entries', 'stream=codec_name,width,height'))[0];

/** The tools, with an ffmpeg that crashes when it is given words like these. */
async function crashingAt(places: ToolPlaces, ...words: string[]): Promise<VideoTools> {
  const ffmpeg = await createToolFinder(places).find('ffmpeg');
  const crashing = join(await mkdtemp(at('crashing-')), 'ffmpeg');
  const patterns = words.map((word) => `*"${word}"*`).join('|');
  await writeFile(
    crashing,
    `#!/bin/sh\ncase "$*" in ${patterns}) kill -s SEGV $$;; esac\nexec ${ffmpeg.path} "$@"\n`,
    { mode: 0o755 },
  );
  return createFfmpegVideoTools({ ffmpegPath: crashing, sandbox: 'off' });
}

describe.each(toolSets)('pictures with $label', ({ tools, places }) => {
  describe('sampled frames', () => {
    test.each([
      ['at one of their places', 'late.mp4', ['-ss 50.'], 7, 1],
      ['where what is unlike is looked for', 'late.mp4', ['keyframes.txt'], 8, 1],
      ['where a short one is decoded once', 'front.mp4', ['-frames:v 100', '-ss 3.0'], 7, 1],
    ])(
      'are those that can be had when the decoder crashes %s, and a part of it counts as missed',
      async (_, name, words, count, missedParts) => {
        const request = await requestFor(tools, at(name));
        const jpegFolder = await mkdtemp(at('jpeg-'));
        const { frames, ...rest } = await (await crashingAt(places, ...words)).sampleFrames({
          ...{ ...request, ...evenly(8), unlikeFrames: 2, maximumSidePixels: 64, jpegFolder },
        });
        expect(rest).toEqual({ missedParts });
        expect(frames.filter(({ pick }) => pick === 'spread')).toHaveLength(count);
        expect(await readdir(jpegFolder)).toHaveLength(frames.length);
      },
    );

    test.each([
      ['colours.mp4', 6],
      ['long.mp4', 180],
    ])('of %s are spread evenly over its %d s and show what is there', async (name, seconds) => {
      const request = await requestFor(tools, at(name));
      const { frames } = await tools.sampleFrames({ ...request, ...evenly(6), maximumSidePixels: 64 });
      expect(frames.map(({ image }) => strongest(image))).toEqual([
        'red',
        'red',
        'green',
        'green',
        'blue',
        'blue',
      ]);
      expect(frames.map(({ atSeconds }) => atSeconds / seconds)).toEqual(
        [1, 3, 5, 7, 9, 11].map((twelfth) => expect.closeTo(twelfth / 12, 2)),
      );
      for (const { image } of frames) {
        expect(image).toMatchObject({ width: 64, height: 36 });
        expect(image.pixels).toHaveLength(64 * 36 * 3);
      }
    });

    test.each([
      ['liar.mkv', 'whose header tells a sixth of it', 6],
      ['long-sound.mkv', 'whose sound lasts fifteen times as long', 90],
    ])('of %s, %s, are spread over all of the picture', async (name, _what, seconds) => {
      const request = await requestFor(tools, at(name));
      expect(request.durationSeconds).toBeCloseTo(seconds, 0);
      const { frames } = await tools.sampleFrames({ ...request, ...evenly(3), maximumSidePixels: 64 });
      expect(frames.map(({ image }) => strongest(image))).toEqual(['red', 'green', 'blue']);
      expect(frames.map(({ atSeconds }) => atSeconds)).toEqual(
        [1, 3, 5].map((second) => expect.closeTo(second, 0)),
      );
    });

    test('of a file whose index leads elsewhere are those that are shown at their times', async () => {
      const request = await requestFor(tools, at('misled.mkv'));
      const { frames } = await tools.sampleFrames({ ...request, ...evenly(3), maximumSidePixels: 64 });
      expect(frames.map(({ image }) => strongest(image))).toEqual(['red', 'green', 'blue']);
    });

    test.each(['late.mkv', 'late.mp4', 'late.ts'])(
      'of %s, which starts at ten hours, are counted from its start',
      async (name) => {
        const request = await requestFor(tools, at(name));
        const { frames } = await tools.sampleFrames({ ...request, ...evenly(3), maximumSidePixels: 64 });
        expect(frames.map(({ image }) => strongest(image))).toEqual(['red', 'green', 'blue']);
        expect(frames.map(({ atSeconds }) => atSeconds)).toEqual(
          [15, 45, 75].map((second) => expect.closeTo(second, 0)),
        );
      },
    );

    test.each([
      ['hiding.mp4', 1.5],
      ['hiding-long.mp4', 47.6],
    ])('of %s, which hides a second between evenly spread times, show it too', async (name, redFrom) => {
      const request = await requestFor(tools, at(name));
      const jpegFolder = await mkdtemp(at('jpeg-'));
      const sampling = { ...request, maximumSidePixels: 64, jpegFolder };
      const { frames: evenFrames } = await tools.sampleFrames({ ...sampling, ...evenly(20) });
      expect(new Set(evenFrames.map(({ image }) => strongest(image)))).toEqual(new Set(['green']));

      const { frames } = await tools.sampleFrames({ ...sampling, ...evenly(20), unlikeFrames: 8 });
      const unlike = frames.filter(({ pick }) => pick === 'unlike');
      expect(unlike.map(({ image }) => strongest(image))).toEqual(['red']);
      expect(unlike[0]?.atSeconds).toBeGreaterThanOrEqual(redFrom - 0.1);
      expect(unlike[0]?.atSeconds).toBeLessThan(redFrom + 1);
      expect(frames.map(({ atSeconds }) => atSeconds)).toEqual(
        frames.map(({ atSeconds }) => atSeconds).toSorted((a, b) => a - b),
      );
      expect((await readdir(jpegFolder)).toSorted()).toEqual(
        frames.map(({ jpegFile }) => jpegFile).toSorted(),
      );
    });

    test.each(['hiding.mp4', 'hiding-long.mp4'])(
      'of %s are taken at other times each time, one in each part',
      async (name) => {
        const request = await requestFor(tools, at(name));
        const timesOf = async (seed: number) => {
          const jpegFolder = await mkdtemp(at('jpeg-'));
          const { frames } = await tools.sampleFrames({
            ...{ ...request, maximumSidePixels: 64, jpegFolder },
            ...{ spreadFrames: 20, unlikeFrames: 8, random: chance(seed) },
          });
          return frames.filter(({ pick }) => pick === 'spread').map(({ atSeconds }) => atSeconds);
        };
        const [some, others] = [await timesOf(7), await timesOf(8)];
        expect(some).not.toEqual(others);
        for (const times of [some, others])
          expect(times.map((time) => Math.floor((time / request.durationSeconds) * 20))).toEqual(
            Array.from({ length: 20 }, (_, part) => part),
          );
      },
    );

    test('of a long video of a single keyframe come from one decode', async () => {
      const request = await requestFor(tools, at('one-keyframe.mp4'));
      const jpegFolder = await mkdtemp(at('jpeg-'));
      const { frames } = await tools.sampleFrames({
        ...{ ...request, maximumSidePixels: 64, jpegFolder },
        ...{ ...evenly(6), unlikeFrames: 3 },
      });
      const ofParts = frames.filter(({ pick }) => pick === 'spread');
      expect(ofParts.map(({ image }) => strongest(image))).toEqual([
        ...['red', 'red', 'green'],
        ...['green', 'blue', 'blue'],
      ]);
      // From the grid of that decode, where a seek would have gone to the very middle.
      expect(ofParts[0]?.atSeconds).not.toBe(7.5);
      expect((await readdir(jpegFolder)).toSorted()).toEqual(
        frames.map(({ jpegFile }) => jpegFile).toSorted(),
      );
    });

    test('show what is there before and after the size of the frames changes', async () => {
      const request = await requestFor(tools, at('two-sizes.ts'));
      const { frames } = await tools.sampleFrames({ ...request, ...evenly(6), maximumSidePixels: 64 });
      expect(frames.map(({ image }) => strongest(image))).toEqual([
        ...['red', 'red', 'red'],
        ...['blue', 'blue', 'blue'],
      ]);
    });

    test.each(['colours.mp4', 'long.mp4'])(
      'of %s are written as JPEG too, upright and scaled',
      async (name) => {
        const request = await requestFor(tools, at(name));
        const jpegFolder = await mkdtemp(at('jpeg-'));
        await tools.sampleFrames({ ...request, ...evenly(3), maximumSidePixels: 32, jpegFolder });
        expect((await readdir(jpegFolder)).sort()).toEqual([
          'frame-000.jpg',
          'frame-001.jpg',
          'frame-002.jpg',
        ]);
        expect(await sizeOf(join(jpegFolder, 'frame-001.jpg'))).toBe('mjpeg,32,18');
      },
    );

    test('of a turned video are upright', async () => {
      const request = await requestFor(tools, at('turned.mp4'));
      const {
        frames: [frame],
      } = await tools.sampleFrames({ ...request, ...evenly(1), maximumSidePixels: 64 });
      expect(frame?.image).toMatchObject({ width: 36, height: 64 });
    });

    test('of a video of one frame are that frame', async () => {
      const request = await requestFor(tools, at('one-frame.mp4'));
      const { frames } = await tools.sampleFrames({ ...request, ...evenly(10), maximumSidePixels: 64 });
      expect(frames).toHaveLength(1);
    });

    test('of a cut-off video are those that are left', async () => {
      const request = await requestFor(tools, at('stump.mp4'));
      const { frames } = await tools.sampleFrames({ ...request, ...evenly(7), maximumSidePixels: 64 });
      expect(frames.length).toBeGreaterThanOrEqual(1);
    });
  });

  describe('a poster', () => {
    const draw = async (path: string) => {
      const request = await requestFor(tools, path);
      const outputFolder = await mkdtemp(at('poster-'));
      return { request, outputFolder, drawn: await tools.poster({ ...request, outputFolder }) };
    };

    test('is as large as the video, and all that is left of its drawing', async () => {
      const { outputFolder, drawn } = await draw(at('dark-start.mp4'));
      expect(drawn.file).toBe('poster.jpg');
      expect(await readdir(outputFolder)).toEqual(['poster.jpg']);
      expect(await sizeOf(join(outputFolder, 'poster.jpg'))).toBe('mjpeg,320,180');
    });

    test('of a video that begins dark is not', async () => {
      const { drawn } = await draw(at('dark-start.mp4'));
      expect(drawn.atSeconds).toBeGreaterThan(3);
    });

    test('of a video that is clear at a tenth of its length is from there', async () => {
      const { drawn } = await draw(at('front.mp4'));
      expect(drawn.atSeconds).toBeCloseTo(0.7, 1);
    });

    test.each(['colours.mp4', 'one-frame.mp4', 'stump.mp4', 'turned.mp4', 'two-sizes.ts', 'late.mkv'])(
      'is drawn of %s, as large as it is shown',
      async (name) => {
        const { outputFolder, request } = await draw(at(name));
        const { width, height } = request.video;
        expect(await sizeOf(join(outputFolder, 'poster.jpg'))).toBe(`mjpeg,${width},${height}`);
      },
    );

    test('is drawn elsewhere when the decoder crashes at the best place', async () => {
      const request = await requestFor(tools, at('front.mp4'));
      const outputFolder = await mkdtemp(at('poster-'));
      const drawn = await (await crashingAt(places, '-ss 0.7')).poster({ ...request, outputFolder });
      expect(drawn.atSeconds).toBeCloseTo(1.05, 1);
    });

    test('cannot be drawn of what no frame can be had of, and trying again does not help', async () => {
      const request = await requestFor(tools, at('colours.mp4'));
      const inputPath = at('no-frames.mp4');
      const bytes = await readFile(at('colours.mp4'));
      const payload = bytes.indexOf('mdat') + 4;
      await writeFile(inputPath, bytes.fill(0xff, payload, bytes.indexOf('moov') - 4));
      const outputFolder = await mkdtemp(at('poster-'));
      await expect(tools.poster({ ...request, inputPath, outputFolder })).rejects.toMatchObject({
        kind: 'unsupported',
        code: 'corrupt_media',
      });
    });

    test.runIf(realFile('big-buck-bunny-480p-30s.mp4'))('of a real film is past the fade-in', async () => {
      const { drawn } = await draw(realFile('big-buck-bunny-480p-30s.mp4') ?? '');
      expect(drawn.atSeconds).toBeGreaterThan(2);
    });
  });

  describe('a storyboard', () => {
    const draw = async (name: string) => {
      const request = await requestFor(tools, at(name));
      const outputFolder = await mkdtemp(at('storyboard-'));
      return { request, outputFolder, drawn: await tools.storyboard({ ...request, outputFolder }) };
    };

    test('is a sheet of tiles', async () => {
      const { outputFolder, drawn } = await draw('colours.mp4');
      expect(drawn).toMatchObject({
        sprites: ['sprite-000.jpg'],
        columns: 10,
        rows: 1,
        tileCount: 10,
        tileWidth: 160,
        tileHeight: 90,
      });
      expect(drawn.intervalSeconds * drawn.tileCount).toBeCloseTo(6, 1);
      expect((await readdir(outputFolder)).sort()).toEqual(['sprite-000.jpg']);
      expect(await sizeOf(join(outputFolder, 'sprite-000.jpg'))).toBe('mjpeg,1600,90');
    });

    test('has a tile every two seconds of a longer video', async () => {
      const { drawn } = await draw('long.mp4');
      expect(drawn).toMatchObject({ tileCount: 90, columns: 10, rows: 9, intervalSeconds: 2 });
    });

    test('of a long video with one keyframe shows all of it', async () => {
      const { drawn, outputFolder } = await draw('long-one-keyframe.mp4');
      expect(drawn.tileCount).toBe(90);
      const onePixelEach = ['-vf', 'scale=10:9:flags=area', '-f', 'rawvideo', '-pix_fmt', 'rgb24'];
      const sprite = join(outputFolder, 'sprite-000.jpg');
      const tiles = await readFile(
        await makeFile(join(outputFolder, 'tiles'), '-i', sprite, ...onePixelEach),
      );
      expect(
        [0, 45, 89].map((tile) => strongest({ width: 1, height: 1, pixels: tiles.subarray(tile * 3) })),
      ).toEqual(['red', 'green', 'blue']);
    });

    test('of a video whose frames change their size is spread over all of it', async () => {
      const { drawn } = await draw('two-sizes.ts');
      expect(drawn).toMatchObject({ tileCount: 10, sprites: ['sprite-000.jpg'] });
      expect(drawn.intervalSeconds * drawn.tileCount).toBeCloseTo(6, 0);
    });

    test.each(['one-frame.mp4', 'stump.mp4', 'turned.mp4', 'two-sizes.ts', 'late.mkv'])(
      'is made of %s',
      async (name) => {
        const { outputFolder, drawn } = await draw(name);
        expect(drawn.tileCount).toBeGreaterThanOrEqual(1);
        for (const sprite of drawn.sprites)
          expect(await sizeOf(join(outputFolder, sprite))).toBe(
            `mjpeg,${drawn.columns * drawn.tileWidth},${drawn.rows * drawn.tileHeight}`,
          );
      },
    );
  });
});
