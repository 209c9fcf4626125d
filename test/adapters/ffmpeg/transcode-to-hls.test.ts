import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import type { Rung, TranscodeRequest, VideoTools } from '../../../src/core/video-tools.js';
import {
  ffmpegSays,
  ffprobeLines,
  h264,
  makeFile,
  neverAborted,
  picture,
  realFile,
  rung,
  temporaryFolder,
  toolSets,
} from './support.js';
import { makeTranscodeClips } from './transcode-clips.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);

beforeAll(() => makeTranscodeClips(folder));

const requestFor = async (
  tools: VideoTools,
  inputPath: string,
  rungs: readonly Rung[],
): Promise<TranscodeRequest> => {
  const { video, audio, durationSeconds } = await tools.probe(inputPath, neverAborted);
  if (!video) throw new Error('no video');
  const [first] = audio;
  return {
    inputPath,
    outputFolder: await mkdtemp(at('output-')),
    video,
    rungs,
    audio: first ? { streamIndex: first.streamIndex, bitrateBps: 96_000, channels: 2 } : null,
    durationSeconds,
    onProgress: () => {},
    signal: neverAborted,
  };
};
const keyframes = (playlist: string) =>
  ffprobeLines(
    playlist,
    '-select_streams',
    'v',
    '-skip_frame',
    'nokey',
    '-show_entries',
    'frame=pts_time',
  ).then((lines) => lines.map(Number.parseFloat));
const entry = async (playlist: string, entries: string) =>
  (await ffprobeLines(playlist, '-select_streams', 'v', '-show_entries', entries))[0];

describe.each(toolSets)('transcodeToHls with $label', ({ tools, places }) => {
  const transcode = async (name: string, rungs: readonly Rung[]) => {
    const request = await requestFor(tools, at(name), rungs);
    const renditions = await tools.transcodeToHls(request);
    return {
      request,
      renditions,
      playlist: (rendition: string) => join(request.outputFolder, rendition, 'playlist.m3u8'),
    };
  };

  test('makes a playable rendition of every rung and of the sound, cut alike', async () => {
    const progress: number[] = [];
    const request = await requestFor(tools, at('plain.mp4'), [rung(320, 180), rung(160, 90)]);
    const renditions = await tools.transcodeToHls({
      ...request,
      onProgress: ({ fraction }) => progress.push(fraction),
    });

    expect(renditions).toMatchObject([
      { name: '180p', kind: 'video', segmentCount: 2, durationSeconds: expect.closeTo(7, 1) },
      { name: '90p', kind: 'video', segmentCount: 2, durationSeconds: expect.closeTo(7, 1) },
      { name: 'audio', kind: 'audio', codecs: 'mp4a.40.2', durationSeconds: expect.closeTo(7, 1) },
    ]);
    for (const { name, kind, codecs, sizeBytes, averageBitrateBps, peakBitrateBps } of renditions) {
      const files = await readdir(join(request.outputFolder, name));
      expect(files.sort()).toEqual(['init.mp4', 'playlist.m3u8', 'segment-00000.m4s', 'segment-00001.m4s']);
      const sizes = files
        .filter((file) => !file.endsWith('.m3u8'))
        .map((file) => stat(join(request.outputFolder, name, file)));
      expect(sizeBytes).toBe((await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0));
      expect(peakBitrateBps).toBeGreaterThanOrEqual(averageBitrateBps);
      const playlist = await readFile(join(request.outputFolder, name, 'playlist.m3u8'), 'utf8');
      expect(playlist).toContain('#EXT-X-PLAYLIST-TYPE:VOD');
      expect(playlist).toContain('#EXTINF:6.0');
      if (kind === 'audio') continue;
      expect(playlist).toContain('#EXT-X-INDEPENDENT-SEGMENTS');
      expect(codecs).toMatch(/^avc1\.6400[0-2][0-9a-f]$/);
      expect(await keyframes(join(request.outputFolder, name, 'playlist.m3u8'))).toEqual([0, 2, 4, 6]);
    }
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((left, right) => left - right));
  });

  test('leaves no end of a frame of sound that players would wait for', async () => {
    const { renditions, playlist } = await transcode('twelve-seconds.mp4', [rung(160, 90)]);
    expect(renditions.map(({ name, segmentCount }) => [name, segmentCount])).toEqual([
      ['90p', 2],
      ['audio', 2],
    ]);
    const text = await readFile(playlist('audio'), 'utf8');
    expect(text.match(/segment-\d+\.m4s/g)).toEqual(['segment-00000.m4s', 'segment-00001.m4s']);
    expect(text).toMatch(/#EXTINF:6\.01\d+,\nsegment-00001\.m4s\n#EXT-X-ENDLIST\n$/);
    const [packets] = await ffprobeLines(
      playlist('audio'),
      '-count_packets',
      '-show_entries',
      'stream=nb_read_packets',
    );
    // 12 s of 1024 samples each at 48 kHz, and the encoder's priming.
    expect(Number.parseInt(packets ?? '', 10)).toBe(Math.ceil((12 * 48_000) / 1024) + 1);
  });

  test('writes nothing of the metadata', async () => {
    const { request } = await transcode('plain.mp4', [rung(160, 90)]);
    for (const name of ['90p/init.mp4', 'audio/init.mp4']) {
      const bytes = await readFile(join(request.outputFolder, name), 'latin1');
      expect(bytes).not.toMatch(/Private|\+1\+2/);
    }
  });

  test('holds the declared peak', async () => {
    const { renditions } = await transcode('plain.mp4', [
      { ...rung(320, 180), bitrateBps: 100_000, peakBitrateBps: 150_000 },
    ]);
    expect(renditions[0]?.peakBitrateBps).toBeLessThan(150_000 * 1.25);
  });

  test('turns a turned video upright', async () => {
    const { request, playlist } = await transcode('turned.mp4', [rung(48, 64, 10)]);
    expect(request.video).toMatchObject({ width: 48, height: 64, rotationDegrees: 90 });
    expect(await entry(playlist('64p'), 'stream=width,height')).toMatch(/48,64/);
  });

  test.each([
    ['odd.mkv', rung(321, 181, 30), '320,180,1:1'],
    ['anamorphic.mp4', rung(102, 58), '102,58,1:1'],
    ['two-pixels.mp4', rung(2, 2), '2,2,1:1'],
  ])('makes even sizes with square pixels of %s', async (name, step, expected) => {
    const { playlist } = await transcode(name, [step]);
    expect(await entry(playlist(step.name), 'stream=width,height,sample_aspect_ratio')).toContain(expected);
  });

  test('plays a video of a single frame', async () => {
    const { renditions } = await transcode('one-frame.mp4', [rung(64, 48)]);
    expect(renditions).toMatchObject([{ segmentCount: 1, durationSeconds: expect.closeTo(0.04, 2) }]);
  });

  test('makes 8-bit SDR of 10-bit HDR', async () => {
    const { playlist } = await transcode('hdr.mp4', [rung(128, 72)]);
    expect(await entry(playlist('72p'), 'stream=pix_fmt,color_transfer')).toContain('yuv420p,bt709');
  });

  test('starts at 0 what starts late, picture and sound alike', async () => {
    const { playlist, renditions } = await transcode('late.ts', [rung(64, 48)]);
    expect(await keyframes(playlist('48p'))).toEqual([0, 2]);
    for (const { durationSeconds } of renditions) expect(durationSeconds).toBeCloseTo(3, 0);
  });

  test.each([
    ['picture', 'mkv'],
    ['picture', 'mp4'],
    ['picture', 'ts'],
    ['sound', 'mkv'],
    ['sound', 'mp4'],
    ['sound', 'ts'],
  ])(
    'keeps picture and sound together when the %s of an %s begins late, at ten hours',
    async (late, type) => {
      const { playlist, renditions } = await transcode(`late-${late}.${type}`, [rung(64, 48)]);
      const whiteFrom = Number(
        /black_end:([\d.]+)/.exec(await ffmpegSays(playlist('48p'), '-vf', 'blackdetect=d=0.5'))?.[1],
      );
      const toneFrom = Number(
        /silence_end: ([\d.]+)/.exec(await ffmpegSays(playlist('audio'), '-af', 'silencedetect=d=0.5'))?.[1],
      );
      expect(whiteFrom).toBeCloseTo(late === 'picture' ? 3 : 1, 0);
      expect(toneFrom).toBeCloseTo(late === 'picture' ? 1 : 3, 0);
      expect(toneFrom - whiteFrom).toBeCloseTo(late === 'picture' ? -2 : 2, 1);
      for (const { durationSeconds } of renditions) expect(durationSeconds).toBeLessThan(5.5);
    },
  );

  test('tells of at least a second for each segment', async () => {
    const { playlist } = await transcode('one-frame.mp4', [rung(64, 48)]);
    expect(await readFile(playlist('48p'), 'utf8')).toMatch(/^#EXT-X-TARGETDURATION:1$/m);
  });

  test('goes on when the size of the frames changes', async () => {
    const { playlist, renditions, request } = await transcode('two-sizes.ts', [rung(320, 180)]);
    expect(request.durationSeconds).toBeCloseTo(6, 0);
    for (const { durationSeconds } of renditions) expect(durationSeconds).toBeCloseTo(6, 0);
    expect(await entry(playlist('180p'), 'stream=width,height')).toContain('320,180');
    const frames = await ffprobeLines(
      playlist('180p'),
      '-count_frames',
      '-show_entries',
      'stream=nb_read_frames',
    );
    expect(Number.parseInt(frames[0] ?? '', 10)).toBeCloseTo(6 * 25, -1);
  });

  test('gives a variable frame rate one time grid', async () => {
    const { playlist, renditions } = await transcode('variable.mp4', [rung(64, 48, 30)]);
    expect(await keyframes(playlist('48p'))).toEqual([0, 2]);
    expect(renditions[0]?.durationSeconds).toBeCloseTo(4, 1);
  });

  test('encodes the sound track asked for', async () => {
    const request = await requestFor(tools, at('two-tracks.mkv'), []);
    const audio = { streamIndex: 2, bitrateBps: 64_000, channels: 1 };
    const renditions = await tools.transcodeToHls({ ...request, audio });
    expect(renditions).toMatchObject([{ name: 'audio', durationSeconds: expect.closeTo(2, 0) }]);
  });

  test('keeps what is left of a file cut in the middle', async () => {
    const { request, renditions } = await transcode('cut.mp4', [rung(160, 90)]);
    expect(request.durationSeconds).toBeGreaterThan(2);
    expect(request.durationSeconds).toBeLessThan(6.5);
    expect(renditions[0]?.durationSeconds).toBeCloseTo(request.durationSeconds, 0);
  });

  test('calls a file corrupt of which next to nothing is left', async () => {
    await expect(transcode('stump.mp4', [rung(160, 90)])).rejects.toMatchObject({
      kind: 'unsupported',
      code: 'corrupt_media',
    });
  });

  test('stops at once when the caller gives up', async () => {
    const caller = new AbortController();
    const lost = new Error('lease lost');
    const long = await makeFile(at('long.mp4'), ...picture('640x360', 30, 60), ...h264);
    const request = await requestFor(tools, long, [rung(640, 360, 30)]);
    const running = tools.transcodeToHls({
      ...request,
      signal: caller.signal,
      onProgress: () => caller.abort(lost),
    });
    await expect(running).rejects.toBe(lost);
  });

  test('reports a run that makes no progress', async () => {
    const impatient = createFfmpegVideoTools({ ...places, stallSeconds: 0 });
    const request = await requestFor(tools, at('long.mp4'), [rung(640, 360, 30)]);
    await expect(impatient.transcodeToHls(request)).rejects.toMatchObject({ code: 'ffmpeg_stalled' });
  });

  test.runIf(realFile('nasa-2video-2audio-2subs.mp4'))('takes a real file with six streams', async () => {
    const request = await requestFor(tools, realFile('nasa-2video-2audio-2subs.mp4') ?? '', [rung(320, 180)]);
    const renditions = await tools.transcodeToHls(request);
    expect(renditions).toMatchObject([
      { name: '180p', durationSeconds: expect.closeTo(13, 0) },
      { name: 'audio', durationSeconds: expect.closeTo(13, 0) },
    ]);
  });

  test.runIf(realFile('bottle-detection.mp4'))(
    'takes a real camera file with an unusual rate and no sound',
    async () => {
      const request = await requestFor(tools, realFile('bottle-detection.mp4') ?? '', [
        rung(320, 180, 179 / 6),
      ]);
      const renditions = await tools.transcodeToHls(request);
      expect(renditions).toHaveLength(1);
      expect(renditions[0]?.durationSeconds).toBeCloseTo(39.85, 0);
    },
  );
});
