import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placesToLook } from '../../../../src/adapters/ffmpeg/quality/lost-detail.js';
import {
  LEAST_TELLING_FRAMES,
  NOTICEABLE_LEVELS,
  TELLING_LEVELS,
} from '../../../../src/domain/media/shorter-ladder.js';
import { makeFile, neverAborted, toolSets } from '../support.js';

const source = (of: string) => ['-f', 'lavfi', '-i', of];
const good = ['-c:v', 'libx264', '-preset', 'superfast', '-crf', '18', '-pix_fmt', 'yuv420p', '-g', '25'];
const pattern = (size: string, seconds = 2) => source(`testsrc2=size=${size}:rate=25:duration=${seconds}`);
const grey = (more: string, seconds = 2) =>
  source(`color=gray:size=640x360:rate=25:duration=${seconds}${more}`);
const pq = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detail-'));
  const blownUp = ['-vf', 'gblur=sigma=1,scale=640:360:flags=bicubic'];
  await makeFile(at('sharp.mp4'), ...pattern('640x360'), ...good);
  await makeFile(at('turned.mkv'), ...pattern('360x640'), ...good);
  await makeFile(at('anamorphic.mp4'), ...pattern('480x360'), '-vf', 'setsar=4/3', ...good);
  await makeFile(at('hdr.mp4'), ...pattern('640x360'), ...good, '-pix_fmt', 'yuv420p10le', ...pq);
  const oneKeyframe = ['-g', '250', '-sc_threshold', '0'];
  const soft = [...pattern('160x90', 5), ...blownUp, ...good];
  await makeFile(at('blown-up.mp4'), ...soft);
  await makeFile(at('blown-up-one-keyframe.avi'), ...soft, ...oneKeyframe);
  const fade = ['-vf', 'fade=type=in:duration=1'];
  await makeFile(at('from-black.mp4'), ...pattern('640x360', 8), ...fade, ...good, ...oneKeyframe);
  // An AVI gives its only keyframe wherever one goes, an MP4 only at its beginning.
  await makeFile(at('from-black.avi'), '-i', at('from-black.mp4'), '-c', 'copy');
  await makeFile(at('flat.mp4'), ...grey('', 5), ...good);
  await makeFile(at('noise.mp4'), ...grey(',noise=alls=20:allf=t'), ...good);
  // As fine as letters, in a corner of a plain picture.
  await makeFile(
    at('text.mp4'),
    ...grey(',drawgrid=w=4:h=4:t=1:color=white,drawbox=w=580:t=fill:color=gray'),
    ...good,
  );
  const scene = ",drawgrid=w=4:h=4:t=1:color=white:enable='between(t,14,18)'";
  await makeFile(at('one-scene.mp4'), ...grey(scene, 20), ...good);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(toolSets)('lost detail with $label', ({ tools }) => {
  const lostOf = async (file: string) => {
    const { video, durationSeconds } = await tools.probe(at(file), neverAborted);
    if (!video) throw new Error('The file has no picture');
    const part = (share: number) => ({ width: video.width * share, height: video.height * share });
    return tools.lostDetail({
      ...{ inputPath: at(file), video, durationSeconds, signal: neverAborted },
      ...{ shownAt: video, sizes: [part(1 / 2), part(2 / 3)] },
      ...{ noticeableLevels: NOTICEABLE_LEVELS, tellingLevels: TELLING_LEVELS },
    });
  };

  test.each(['sharp.mp4', 'turned.mkv', 'anamorphic.mp4', 'hdr.mp4', 'noise.mp4', 'text.mp4'])(
    'is to be seen in the first frame of %s',
    { timeout: 30_000 },
    async (file) => {
      const lost = await lostOf(file);
      expect(lost?.tellingFrames).toBe(1);
      expect(Math.min(...(lost?.levels ?? []))).toBeGreaterThan(NOTICEABLE_LEVELS);
    },
  );

  test('is not to be seen in a soft film, wherever one looks', { timeout: 30_000 }, async () => {
    const lost = await lostOf('blown-up.mp4');
    expect(lost?.tellingFrames).toBeGreaterThanOrEqual(3);
    expect(Math.max(...(lost?.levels ?? [99]))).toBeLessThan(NOTICEABLE_LEVELS);
  });

  test.each([
    ['a flat film tells nothing', 'flat.mp4', 0],
    ['the only keyframe of a film that fades in from black tells nothing', 'from-black.avi', 0],
    ['and so it is where that keyframe is not even found', 'from-black.mp4', 0],
    ['the only keyframe of a soft film tells as much as one does', 'blown-up-one-keyframe.avi', 1],
  ])('wherever one looks: %s', { timeout: 30_000 }, async (_name, file, tellingFrames) => {
    const lost = await lostOf(file);
    expect(lost?.tellingFrames ?? 0).toBe(tellingFrames);
    // So few leave the ladder whole.
    expect(tellingFrames).toBeLessThan(LEAST_TELLING_FRAMES);
  });

  test('is to be seen where one scene of a plain film is sharp', { timeout: 60_000 }, async () => {
    expect((await lostOf('one-scene.mp4'))?.levels[1]).toBeGreaterThan(NOTICEABLE_LEVELS);
  });
});

test('a film is looked at all over, its middle first, and a still picture once', () => {
  expect(placesToLook(0)).toEqual([0]);
  expect(placesToLook(2)).toHaveLength(2);
  const places = placesToLook(1200);
  expect(places[0]).toBe(600);
  expect(places).toHaveLength(12);
  const sorted = [0, ...places.toSorted((a, b) => a - b), 1200];
  const gaps = sorted.slice(1).map((place, index) => place - (sorted[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(200);
});
