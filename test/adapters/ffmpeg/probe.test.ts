import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ffprobeLines,
  h264,
  makeFile,
  makeTwoSizes,
  neverAborted,
  picture,
  realFile,
  temporaryFolder,
  tone,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  await makeFile(
    at('plain.mp4'),
    ...picture('320x180', 25, 3),
    ...tone(3),
    ...h264,
    '-metadata',
    'title=A clip',
    '-metadata',
    'location=+1+2/',
  );
  await makeFile(at('plain.ts'), '-i', at('plain.mp4'), '-c', 'copy');
  await makeFile(
    at('two-tracks.mkv'),
    ...picture('64x48', 10, 1),
    ...tone(1),
    ...tone(1, 880),
    '-map',
    '0',
    '-map',
    '1',
    '-map',
    '2',
    ...h264,
    '-metadata:s:a:1',
    'language=deu',
  );
  await makeFile(
    at('told-tracks.mkv'),
    ...['-i', at('two-tracks.mkv'), '-map', '0', '-map', '0:a', '-c', 'copy', '-disposition:a', '0'],
    ...['-metadata:s:a:0', `title=The "film"\n#EXT-X-ENDLIST\u202e${'x'.repeat(300)}`],
    ...['-disposition:a:1', 'comment', '-metadata:s:a:1', 'title=  Regisseur  '],
    ...['-disposition:a:2', 'visual_impaired', '-metadata:s:a:3', 'title=\u0007'],
  );
  await makeFile(
    at('told-tracks.mp4'),
    ...['-i', at('two-tracks.mkv'), '-map', '0', '-c', 'copy', '-metadata:s:a:1', 'handler_name=Regisseur'],
  );
  const handlers = [
    '\tGoPro AAC',
    'SoundHandle',
    'Regisseur',
    'Core Media Audio',
    'DJI.AAC',
    'AAC audio',
    'Audioguide',
  ];
  await makeFile(
    at('cameras.mp4'),
    ...['-i', at('two-tracks.mkv'), ...handlers.flatMap(() => ['-map', '0:a:0']), '-c', 'copy'],
    ...handlers.flatMap((name, index) => [`-metadata:s:a:${index}`, `handler_name=${name}`]),
  );
  await makeFile(
    at('ten-bit.mp4'),
    ...picture('64x48', 10, 1),
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p10le',
    '-color_trc',
    'smpte2084',
    '-color_primaries',
    'bt2020',
    '-colorspace',
    'bt2020nc',
  );
  await makeFile(at('anamorphic.mp4'), ...picture('72x58', 25, 1), ...h264, '-vf', 'setsar=64/45');
  await makeFile(
    at('one-frame.mp4'),
    ...picture('65x49', 25, 1),
    '-vf',
    'format=yuv444p,scale=65:49',
    '-frames:v',
    '1',
    '-c:v',
    'libx264',
  );
  await makeFile(at('sound.m4a'), ...tone(2), '-c:a', 'aac');
  await makeFile(at('cover.png'), ...picture('64x48', 1, 1), '-frames:v', '1', '-update', '1');
  await makeFile(
    at('cover.m4a'),
    '-i',
    at('sound.m4a'),
    '-i',
    at('cover.png'),
    '-map',
    '0',
    '-map',
    '1',
    '-c',
    'copy',
    '-disposition:v',
    'attached_pic',
  );
  for (const name of ['late.mp4', 'late.mkv', 'late.ts'])
    await makeFile(at(name), '-i', at('plain.mp4'), '-c', 'copy', '-output_ts_offset', '36000');
  await makeTwoSizes(at('two-pieces.ts'));
  // What a browser records: WebM written to a pipe, which cannot go back to note its duration.
  await makeFile(at('recorded.webm'), ...picture('64x48', 10, 2), '-c:v', 'libvpx', '-live', '1');
});

describe.each(toolSets)('probe with $label', ({ tools }) => {
  const probe = (name: string) => tools.probe(at(name), neverAborted);

  test('tells container, streams, duration and tags, but not where it was filmed', async () => {
    expect(await probe('plain.mp4')).toMatchObject({
      container: expect.stringContaining('mp4'),
      durationSeconds: expect.closeTo(3, 1),
      sizeBytes: (await readFile(at('plain.mp4'))).length,
      video: {
        codec: 'h264',
        width: 320,
        height: 180,
        frameRate: 25,
        frameCount: 75,
        bitDepth: 8,
        isHdr: false,
      },
      audio: [{ codec: 'aac', channels: 1, sampleRateHz: 44_100, isDefault: true }],
    });
    const { tags } = await probe('plain.mp4');
    expect(tags.title).toBe('A clip');
    expect(Object.keys(tags).join()).not.toMatch(/location/i);
  });

  test('reads a transport stream', async () => {
    expect(await probe('plain.ts')).toMatchObject({ container: 'mpegts', video: { codec: 'h264' } });
  });

  test('tells both of two sound tracks', async () => {
    const { audio } = await probe('two-tracks.mkv');
    expect(audio.map(({ streamIndex, language }) => [streamIndex, language])).toEqual([
      [1, null],
      [2, 'deu'],
    ]);
  });

  test('tells what tracks are called, in one line, and which speak about the film or say what is to be seen', async () => {
    const { audio, trackTitles } = await probe('told-tracks.mkv');
    expect(trackTitles).toEqual({
      1: `The "film" #EXT-X-ENDLIST${'x'.repeat(200 - 25)}`,
      2: 'Regisseur',
    });
    expect(audio.map(({ isDescription, isCommentary }) => ({ isDescription, isCommentary }))).toEqual([
      {},
      { isCommentary: true },
      { isDescription: true },
      {},
    ]);
  });

  test('takes the name of a handler for what a track is called, unless a program gave it', async () => {
    expect((await probe('told-tracks.mp4')).trackTitles).toEqual({ 2: 'Regisseur' });
  });

  test('takes what cameras call their sound for no title', async () => {
    expect((await probe('cameras.mp4')).trackTitles).toEqual({ 2: 'Regisseur', 6: 'Audioguide' });
  });

  test('sees 10 bits and HDR', async () => {
    expect((await probe('ten-bit.mp4')).video).toMatchObject({
      bitDepth: 10,
      isHdr: true,
      colorTransfer: 'smpte2084',
    });
  });

  test('tells the size as shown when pixels are not square', async () => {
    expect((await probe('anamorphic.mp4')).video).toMatchObject({ codedWidth: 72, width: 102, height: 58 });
  });

  test('gives a video of one frame and odd size its duration', async () => {
    expect(await probe('one-frame.mp4')).toMatchObject({
      durationSeconds: expect.closeTo(0.04, 2),
      video: { width: 65, height: 49 },
    });
  });

  test('does not take cover art for a video', async () => {
    expect(await probe('cover.m4a')).toMatchObject({ video: null, audio: [{ codec: 'aac' }] });
    expect(await probe('sound.m4a')).toMatchObject({ video: null, audio: [{ codec: 'aac' }] });
  });

  test('measures the duration of a recording that does not tell', async () => {
    expect(await ffprobeLines(at('recorded.webm'), '-show_entries', 'format=duration')).toEqual(['N/A']);
    expect((await probe('recorded.webm')).durationSeconds).toBeCloseTo(2, 0);
  });

  test.each(['late.mp4', 'late.mkv', 'late.ts'])(
    'tells how long %s is, not when it ends: it starts at ten hours',
    async (name) => {
      expect((await probe(name)).durationSeconds).toBeCloseTo(3, 0);
    },
  );

  test('measures a transport stream whose timestamps begin anew in the middle', async () => {
    expect((await probe('two-pieces.ts')).durationSeconds).toBeCloseTo(6, 0);
  });

  test.runIf(realFile('nasa-2video-2audio-2subs.mp4'))('reads a real file with six streams', async () => {
    const found = await tools.probe(realFile('nasa-2video-2audio-2subs.mp4') ?? '', neverAborted);
    expect(found).toMatchObject({
      video: { streamIndex: 3, width: 480, height: 270 },
      subtitles: [{ codec: 'mov_text' }, { codec: 'mov_text' }],
    });
    expect(found.audio).toHaveLength(2);
  });
});
