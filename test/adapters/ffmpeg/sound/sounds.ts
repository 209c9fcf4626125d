import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaTools, SoundRequest, SoundRung } from '../../../../src/core/sound-tools.js';
import { ffmpegSays, neverAborted, run, runFfmpeg } from '../support.js';

export const rungs: readonly SoundRung[] = [64, 128, 256].map((kilobits) => ({
  name: `${kilobits}k`,
  bitrateBps: kilobits * 1000,
}));

/** A sound as ffmpeg makes it of an expression; full scale is 1. */
export const sound = (expression: string, seconds: number, sampleRateHz = 44_100): string[] => [
  ...['-f', 'lavfi', '-i', `aevalsrc='${expression}':d=${seconds}:s=${sampleRateHz}`],
];

/** A request for what was probed of a file, with a folder for what is made of it. */
export async function soundRequest(
  tools: MediaTools,
  folder: string,
  inputPath: string,
): Promise<SoundRequest> {
  const { audio, durationSeconds } = await tools.probe(inputPath, neverAborted);
  const [served] = audio;
  if (!served) throw new Error('no sound');
  const outputFolder = await mkdtemp(join(folder, 'made-'));
  return {
    inputPath,
    outputFolder,
    audio: served,
    durationSeconds,
    onProgress: () => {},
    signal: neverAborted,
  };
}

/** Measured and encoded in the usual rungs. */
export async function made(tools: MediaTools, folder: string, inputPath: string, of = rungs) {
  const request = await soundRequest(tools, folder, inputPath);
  const { measurement, waveform } = await tools.measureSound(request);
  const encoded = await tools.encodeSound({ ...request, rungs: of, measurement });
  return { ...encoded, measurement, waveform, outputFolder: request.outputFolder };
}

/** Samples of one channel, or all channels by turns, as ffmpeg decodes them; full scale is 1. */
export async function samplesOf(path: string, ...words: string[]): Promise<Float32Array> {
  const bytes = await runFfmpeg('-i', path, ...words, '-f', 'f32le', 'pipe:1');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** A meter of our own knowing nothing of the product: ffmpeg's, asked directly. */
export async function loudnessOf(path: string) {
  const said = await ffmpegSays(path, '-map', '0:a', '-af', 'ebur128=peak=true:framelog=verbose');
  const summary = said.slice(said.lastIndexOf('Summary:'));
  const told = (name: string) => Number(new RegExp(`${name}: +(\\S+)`).exec(summary)?.[1]);
  return { integratedLufs: told('I'), truePeakDbtp: told('Peak') };
}

/** A rendition as one file, as a player has it in its buffer. */
export async function joined(outputFolder: string, name: string): Promise<string> {
  const path = join(outputFolder, `${name}.mp4`);
  await run('sh', [
    '-c',
    `cat '${outputFolder}/${name}/init.mp4' '${outputFolder}/${name}'/segment-*.m4s > '${path}'`,
  ]);
  return path;
}
