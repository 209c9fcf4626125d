import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SampledFrame, VideoTools } from '../../core/video-tools.js';
import { decodedWithErrors } from './decode-errors.js';
import { type FrameOutput, inOnePassArguments, jpegName, oneFrameArguments } from './sample-arguments.js';
import { type FrameSeeker, isCrash, isOfPlace } from './seek-frame.js';
import type { Toolbox } from './toolbox.js';
import { shownPixels } from './wall-clock.js';

export type SampleRequest = Parameters<VideoTools['sampleFrames']>[0];
export type Frame = Omit<SampledFrame, 'pick'>;

/** What frames of one file are taken with. */
export interface Sampling {
  readonly toolbox: Toolbox;
  readonly request: SampleRequest;
  readonly output: FrameOutput;
  /** Of the picture, whatever the file says of it. */
  readonly seconds: number;
  /** How many equal parts have a frame taken from them. */
  readonly parts: number;
  readonly seekFrame: FrameSeeker;
}

const seeksAtOnce = 2;

/** Undefined when the decoder crashes, which it need not do everywhere. */
export async function inOnePass(sampling: Sampling, count: number) {
  const { output, request, seconds } = sampling;
  const grid = { intervalSeconds: seconds / count, phase: request.random(), count };
  const taken = await rawFrames(sampling, inOnePassArguments(output, grid), count).catch((error) => {
    if (!isCrash(error) || request.signal.aborted) throw error;
    return undefined;
  });
  if (!taken) return undefined;
  const { pixels, log } = taken;
  const frames = pixels.map((frame, index) =>
    toFrame(output, (index + grid.phase) * grid.intervalSeconds, index, frame),
  );
  return { frames, isDamaged: decodedWithErrors(log) };
}

/** A seek that finds nothing (a cut file, an index that lies), or crashes the decoder, costs one frame, not all. */
export async function bySeeking(
  sampling: Sampling,
  times: readonly number[],
  firstIndex: number,
): Promise<Frame[]> {
  const found: (Frame | undefined)[] = [];
  const waiting = [...times.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, atSeconds] = next;
      found[index] = await oneFrame(sampling, atSeconds, firstIndex + index).catch((error) => {
        if (!isOfPlace(error) || sampling.request.signal.aborted) throw error;
        return undefined;
      });
    }
  };
  await Promise.all(Array.from({ length: seeksAtOnce }, worker));
  return found.filter((frame) => frame !== undefined);
}

/** Undefined when nothing is there, or nothing that was decoded without errors. */
async function oneFrame(sampling: Sampling, atSeconds: number, index: number): Promise<Frame | undefined> {
  const { output, request, seekFrame } = sampling;
  const found = await seekFrame({
    video: request.video,
    atSeconds,
    run: (seek) => runForPixels(sampling, oneFrameArguments(output, seek, index), 1),
  });
  const [pixels] = found ? framesIn(output, found.stdout) : [];
  if (pixels) return toFrame(output, atSeconds, index, pixels);
  if (request.jpegFolder) await rm(join(request.jpegFolder, jpegName(index)), { force: true });
  return undefined;
}

export async function rawFrames(sampling: Sampling, ffmpegArguments: readonly string[], count: number) {
  const { stdout, stderr } = await runForPixels(sampling, ffmpegArguments, count);
  return { pixels: framesIn(sampling.output, stdout), log: stderr };
}

const frameBytesOf = ({ size }: FrameOutput): number => size.width * size.height * 3;

const runForPixels = (
  { toolbox, request, output, seconds }: Sampling,
  ffmpegArguments: readonly string[],
  count: number,
) =>
  toolbox.run('ffmpeg', {
    inputPath: request.inputPath,
    signal: request.signal,
    arguments: ffmpegArguments,
    ...(request.jpegFolder === undefined ? {} : { workFolder: request.jpegFolder }),
    pixels: shownPixels(request.video, seconds),
    maximumOutputBytes: frameBytesOf(output) * (count + 1),
  });

function framesIn(output: FrameOutput, bytes: Uint8Array): Uint8Array[] {
  const frameBytes = frameBytesOf(output);
  return Array.from({ length: Math.floor(bytes.length / frameBytes) }, (_, index) =>
    bytes.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
}

const toFrame = (
  { size, withJpegs }: FrameOutput,
  atSeconds: number,
  index: number,
  pixels: Uint8Array,
): Frame => ({ atSeconds, image: { ...size, pixels }, jpegFile: withJpegs ? jpegName(index) : null });
