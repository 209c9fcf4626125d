import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { VideoStreamProbe } from '../../../../src/core/media-probe.js';
import type { MediaTools } from '../../../../src/core/sound-tools.js';
import type { Rung } from '../../../../src/core/video-tools.js';
import { neverAborted } from '../support.js';

/** A rung of a part of the video's size. */
export const rungOf = (video: VideoStreamProbe, part: number, bitrateBps: number): Rung => {
  const size = (pixels: number) => Math.round((pixels * part) / 2) * 2;
  return {
    ...{
      name: `${Math.round(part * 100)}p-${bitrateBps / 1000}k`,
      width: size(video.width),
      height: size(video.height),
    },
    ...{ frameRate: video.frameRate, bitrateBps, peakBitrateBps: bitrateBps * 2 },
  };
};

/** Makes rungs of a file as the product does, and measures them. */
export async function encodeAndMeasure(
  tools: MediaTools,
  options: {
    readonly inputPath: string;
    readonly folder: string;
    readonly rungs: readonly (readonly [number, number])[];
  },
) {
  const { inputPath, folder } = options;
  const { video, durationSeconds } = await tools.probe(inputPath, neverAborted);
  if (!video) throw new Error('The file has no picture');
  const outputFolder = await mkdtemp(join(folder, 'hls-'));
  const workFolder = join(outputFolder, 'work');
  await mkdir(workFolder);
  const rungs = options.rungs.map(([part, bitrateBps]) => rungOf(video, part, bitrateBps));
  const request = { inputPath, video, durationSeconds, signal: neverAborted };
  await tools.transcodeToHls({ ...request, rungs, outputFolder, audio: null, onProgress: () => {} });
  const renditions = rungs.map((rung) => ({
    ...{ rung, fileOf: async (name: string) => join(outputFolder, rung.name, name) },
  }));
  return { video, measured: await tools.measureQuality({ ...request, workFolder, renditions }) };
}
