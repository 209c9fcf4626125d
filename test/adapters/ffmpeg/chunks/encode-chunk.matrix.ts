import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { h264, makeFile, picture, tone, toolSets } from '../support.js';
import { cut, encodeBothWays, frameTimes, likeness } from './support.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chunks-'));
  const openGop = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-pix_fmt',
    'yuv420p',
    '-bf',
    '3',
    '-x264-params',
    'open-gop=1:keyint=70:min-keyint=70',
  ];
  const gaps = ['-vf', "select='lt(mod(t,10),5)+mod(n,3)'", '-vsync', 'vfr'];
  const at = (name: string) => join(folder, name);
  await makeFile(at('open-gop.mkv'), ...picture('320x180', 30, 40), ...gaps, ...openGop);
  await makeFile(at('open-gop.mp4'), '-i', at('open-gop.mkv'), '-c', 'copy');
  await makeFile(
    at('broadcast.mp4'),
    ...picture('320x180', 30_000 / 1001, 40),
    ...tone(40),
    '-g',
    '100',
    ...h264,
    '-bf',
    '3',
    '-r',
    '30000/1001',
  );
  await makeFile(
    at('late.mp4'),
    '-itsoffset',
    '1.37',
    ...picture('320x180', 25, 38),
    ...tone(39),
    '-g',
    '90',
    ...h264,
    '-bf',
    '2',
  );
  // Begins in the middle of a group of pictures, behind an edit list.
  await makeFile(at('edited.mp4'), '-ss', '3.3', '-i', at('broadcast.mp4'), '-c', 'copy');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const films = [
  { file: 'open-gop.mkv', trait: 'a varying rate and open groups of pictures', frameRate: '30' },
  { file: 'open-gop.mp4', trait: 'the same in MP4', frameRate: '30' },
  { file: 'broadcast.mp4', trait: 'a rate that is no whole number', frameRate: '30000/1001' },
  { file: 'late.mp4', trait: 'a picture that begins behind the sound', frameRate: '25' },
  { file: 'edited.mp4', trait: 'an edit list', frameRate: '30000/1001' },
];

describe.each(toolSets)('chunks with $label', ({ tools, label }) => {
  test.each(films)(
    'joined are the film that was not cut, frame by frame, of $trait',
    { timeout: 240_000 },
    async ({ file, frameRate }) => {
      const inputPath = join(folder, file);
      const made = await encodeBothWays(tools, {
        ...{ inputPath, ranges: cut(12, 3) },
        folder: await mkdtemp(join(folder, `${label.replaceAll(' ', '-')}-`)),
      });
      const { playlists, whole, joined, chunks, probe } = made;
      expect(probe.video?.longestSeekSeconds).toBeLessThan(5);

      const [times, joinedTimes] = await Promise.all([
        frameTimes(playlists.whole),
        frameTimes(playlists.joined),
      ]);
      expect(joinedTimes).toEqual(times);
      expect(joined.segmentCount).toBe(whole.segmentCount);
      expect(joined.codecs).toBe(whole.codecs);
      expect(joined.durationSeconds).toBeCloseTo(whole.durationSeconds, 4);

      const [alike, before, after] = (await Promise.all(
        [0, 1]
          .map((shift) => likeness(playlists.joined, inputPath, frameRate, shift))
          .concat(likeness(playlists.whole, inputPath, frameRate)),
      )) as [number[], number[], number[]];
      const wholeAlike = after;
      const joints = chunks.slice(1).map(({ rungs }) => rungs[0]?.firstFrame ?? 0);
      expect(joints).toHaveLength(2);
      for (const joint of joints)
        for (let frame = joint - 5; frame < joint + 5; frame += 1) {
          expect(alike[frame], `frame ${frame}`).toBeGreaterThan(0.9);
          expect(alike[frame], `frame ${frame} beside the whole`).toBeGreaterThan(
            (wholeAlike[frame] ?? 1) - 0.05,
          );
          expect(alike[frame], `frame ${frame} and the next`).toBeGreaterThanOrEqual(
            (before[frame] ?? 0) - 0.001,
          );
        }
    },
  );
});
