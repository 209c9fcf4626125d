import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { MediaProbe } from '../../../src/core/media-probe.js';
import type { AudioTrackRequest } from '../../../src/core/video-tools.js';
import { videoKind } from '../../../src/domain/media/kinds/video-kind.js';
import type { Probe } from '../../../src/domain/media/media-values.js';
import type { ItemInProgress } from '../../../src/domain/media/steps/step-row.js';
import { stepTable } from '../../../src/domain/media/steps/step-table.js';
import {
  h264,
  makeFile,
  neverAborted,
  picture,
  runFfmpeg,
  temporaryFolder,
  tone,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
const filmSeconds = 8;

beforeAll(async () => {
  await makeFile(
    at('film.mkv'),
    ...[...picture('64x48', 10, filmSeconds), ...tone(filmSeconds, 400), ...tone(3, 1000)],
    ...[...tone(filmSeconds + 9, 1800), '-itsoffset', '2', ...tone(4, 3000), ...tone(1, 500)],
    ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-map', '4', '-map', '5', ...h264],
    ...['-c:a:1', 'flac', '-c:a:2', 'ac3', '-ac:a:2', '6', '-c:a:3', 'libopus', '-c:a:4', 'wavpack'],
    ...['-disposition:a:0', 'default', '-disposition:a:1', 'comment'],
  );
  await makeFile(
    at('late.ts'),
    ...[...picture('160x90', 5, filmSeconds), ...tone(filmSeconds, 400)],
    ...['-itsoffset', '3', ...tone(3, 1800)],
    ...['-map', '0', '-map', '1', '-map', '2', ...h264],
  );
  await makeFile(
    at('many.mkv'),
    ...[...picture('64x48', 5, 1), ...tone(1), '-map', '0'],
    ...Array.from({ length: 18 }, () => ['-map', '1']).flat(),
    ...h264,
  );
});

/** How much of a tone there is between two times of a playlist, beside all that is heard there. */
async function shareOf(playlist: string, frequency: number, [from, to]: readonly [number, number]) {
  const rate = 8000;
  const bytes = await runFfmpeg(
    ...['-allowed_extensions', 'ALL', '-i', playlist, '-ac', '1', '-ar', String(rate), '-f', 'f32le', '-'],
  );
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const samples = all.subarray(from * rate, to * rate);
  let [inPhase, across, power] = [0, 0, 0];
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * frequency * index) / rate;
    inPhase += sample * Math.cos(angle);
    across += sample * Math.sin(angle);
    power += sample * sample;
  });
  return power < 1e-4 ? 'silence' : (2 * (inPhase ** 2 + across ** 2)) / samples.length / power;
}

describe.each(toolSets)('the tracks of a film with $label', ({ label, tools }) => {
  let probe: MediaProbe;
  let place: string;
  const playlist = (name: string) => join(place, name, 'playlist.m3u8');
  const plan = () => videoKind.ladderOf(probe as Probe);
  const encode = (request: Partial<AudioTrackRequest> & Pick<AudioTrackRequest, 'audio'>) =>
    tools.encodeAudioTrack({
      ...{ inputPath: at('film.mkv'), outputFolder: place, besidesBps: 1_000_000, clockStreams: [0, 1] },
      ...{ durationSeconds: probe.durationSeconds, onProgress: () => {}, signal: neverAborted },
      ...request,
    });

  beforeAll(async () => {
    probe = await tools.probe(at('film.mkv'), neverAborted);
    place = at(label.replaceAll(' ', '-'));
    await mkdir(place);
  });

  test('are those that can be decoded, and no more than a film may have', async () => {
    expect(probe.audio.map(({ streamIndex }) => streamIndex)).toEqual([1, 2, 3, 4]);
    expect(probe.leftOut).toEqual([
      { streamIndex: 5, kind: 'audio', codec: 'wavpack', reason: 'codec_not_taken' },
    ]);
    const many = await tools.probe(at('many.mkv'), neverAborted);
    expect(many.audio).toHaveLength(16);
    expect(many.leftOut.map(({ streamIndex, reason }) => `${streamIndex}:${reason}`)).toEqual([
      '17:too_many_tracks',
      '18:too_many_tracks',
    ]);
  });

  test('are each heard at their time, all as long as the film', async () => {
    const { audio, furtherAudio, rungs } = plan();
    const { video, durationSeconds } = probe;
    if (!video) throw new Error('The film has no picture');
    expect(durationSeconds).toBeCloseTo(filmSeconds, 0);
    const main = await tools.transcodeToHls({
      ...{ inputPath: at('film.mkv'), outputFolder: place, video, rungs, audio, durationSeconds },
      ...{ onProgress: () => {}, signal: neverAborted },
    });
    const further = await Promise.all(furtherAudio.map((track) => encode({ audio: track })));
    const made = [...main.filter(({ kind }) => kind === 'audio'), ...further];
    expect(made.map(({ name }) => name)).toEqual(['audio', 'audio-2', 'audio-3', 'audio-4']);
    for (const rendition of made) {
      expect(rendition).toMatchObject({ kind: 'audio', codecs: 'mp4a.40.2', segmentCount: 2 });
      expect(Math.abs(rendition.durationSeconds - durationSeconds)).toBeLessThan(0.1);
    }
    const wellWithin = expect.toSatisfy((share) => share > 0.9);
    expect(await shareOf(playlist('audio'), 400, [0.2, 7.8])).toEqual(wellWithin);
    expect(await shareOf(playlist('audio-2'), 1000, [0.2, 2.8])).toEqual(wellWithin);
    expect(await shareOf(playlist('audio-2'), 1000, [3.2, 7.8])).toBe('silence');
    expect(await shareOf(playlist('audio-3'), 1800, [0.2, 7.8])).toEqual(wellWithin);
    expect(await shareOf(playlist('audio-4'), 3000, [0, 1.8])).toBe('silence');
    expect(await shareOf(playlist('audio-4'), 3000, [2.2, 5.8])).toEqual(wellWithin);
    expect(await shareOf(playlist('audio-4'), 3000, [6.2, 7.8])).toBe('silence');
    expect((await readdir(join(place, 'audio-2'))).toSorted()).toEqual([
      ...['init.mp4', 'playlist.m3u8', 'segment-00000.m4s', 'segment-00001.m4s'],
    ]);
  });

  test('begin when they do in a transport stream', async () => {
    const late = await tools.probe(at('late.ts'), neverAborted);
    const item = { mediaId: 'film', blobKey: 'film', probe: late as Probe } as ItemInProgress;
    for (const audio of videoKind.ladderOf(late as Probe).furtherAudio) {
      const { clockStreams = [] } = stepTable['audio-track'].tell(item, { audio, besidesBps: 0 });
      expect(clockStreams).toEqual([0, 1]);
      const { durationSeconds } = late;
      await encode({
        ...{ inputPath: at('late.ts'), outputFolder: join(place, 'late') },
        audio,
        durationSeconds,
        clockStreams,
      });
    }
    const heard = playlist('late/audio-2');
    expect(await shareOf(heard, 1800, [0, 2.9])).toBe('silence');
    expect(await shareOf(heard, 1800, [3.1, 5.9])).toBeGreaterThan(0.9);
    expect(await shareOf(heard, 1800, [6.1, 7.9])).toBe('silence');
  });

  test('are not made beyond what one item may become', async () => {
    const [track] = plan().furtherAudio;
    if (!track) throw new Error('The film has one track');
    await expect(encode({ audio: track, besidesBps: 2e11 })).rejects.toMatchObject({
      code: 'too_much_output',
    });
  });
});
