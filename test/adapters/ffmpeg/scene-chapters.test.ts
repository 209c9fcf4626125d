import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { h264, makeFile, neverAborted, temporaryFolder, toolSets } from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);

/** A film of scenes, each of a colour and a square that wanders through it, ten frames a second. */
const film = (...scenes: readonly (readonly [colour: string, seconds: number])[]): string[] => [
  '-filter_complex',
  scenes
    .map(
      ([colour, seconds], index) =>
        `color=${colour}:size=64x36:rate=10:duration=${seconds},drawbox=x=mod(t*3\\,50):y=10:w=8:h=8:color=white:t=fill[c${index}]`,
    )
    .join(';')
    .concat(`;${scenes.map((_, index) => `[c${index}]`).join('')}concat=n=${scenes.length}`),
];

const keyframesElsewhere = ['-g', '70', '-sc_threshold', '0'];

beforeAll(async () => {
  const days = film(['red', 80.3], ['green', 90.5], ['blue', 170.7]);
  await makeFile(at('days.mp4'), ...days, ...h264, ...keyframesElsewhere);
  await makeFile(at('late.ts'), ...days, ...h264, ...keyframesElsewhere, '-output_ts_offset', '36000');
  const copied = ['-itsoffset', '36000', '-i', at('days.mp4'), '-c', 'copy', '-copyts'];
  await makeFile(at('late.mkv'), ...copied);
});

describe.each(toolSets)('chapters of scenes with $label', ({ tools }) => {
  const chaptersOf = async (name: string) => {
    const { video, durationSeconds } = await tools.probe(at(name), neverAborted);
    if (!video) throw new Error('no video');
    const outputFolder = await mkdtemp(at('scenes-'));
    const { name: file, details } = await tools.sceneChapters({
      ...{ inputPath: at(name), outputFolder, video, durationSeconds, signal: neverAborted },
    });
    expect(JSON.parse(await readFile(join(outputFolder, file), 'utf8'))).toEqual(details);
    return details.chapters;
  };

  test.each(['days.mp4', 'late.ts', 'late.mkv'])(
    'begin with the first frame of a scene: %s',
    async (name) => {
      const chapters = await chaptersOf(name);
      expect(chapters.map(({ startSeconds }) => startSeconds)).toEqual([0, 80.3, 170.8]);
      expect(chapters.map(({ endSeconds }) => endSeconds)).toEqual([80.3, 170.8, expect.closeTo(341.5, 0)]);
    },
  );
});
