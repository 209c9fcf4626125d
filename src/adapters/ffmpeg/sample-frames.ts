import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRetryable, unsupported } from '../../core/errors.js';
import type { FrameSamples, SampledFrame, VideoTools } from '../../core/video-tools.js';
import { decodedWithErrors } from './decode-errors.js';
import { keyframes } from './keyframes.js';
import { type FrameOutput, inOnePassArguments, jpegName, oneFrameArguments } from './sample-arguments.js';
import { createFrameSeeker, type FrameSeeker } from './seek-frame.js';
import type { Toolbox } from './toolbox.js';
import { mostUnlike, signatureOf } from './unlike-frames.js';
import { canToneMap, fitInSquare } from './video-filters.js';
import { shownVideo } from './video-length.js';
import { shownPixels } from './wall-clock.js';

type SampleRequest = Parameters<VideoTools['sampleFrames']>[0];
type Frame = Omit<SampledFrame, 'pick'>;

interface Sampling {
  readonly toolbox: Toolbox;
  readonly request: SampleRequest;
  readonly output: FrameOutput;
  /** Of the picture, whatever the file says of it. */
  readonly seconds: number;
  /** How many equal parts have a frame taken from them. */
  readonly parts: number;
  readonly seekFrame: FrameSeeker;
}

/** Up to here decoding everything once is cheaper than starting ffmpeg for every frame. */
const longestOnePassSeconds = 60;
/** So many frames of a short video are looked over for those that are unlike the others. */
const lookedOver = 100;
const seeksAtOnce = 2;

/** The port's `sampleFrames`. */
export async function sampleFrames(toolbox: Toolbox, request: SampleRequest): Promise<FrameSamples> {
  const { video, jpegFolder } = request;
  if (jpegFolder) await mkdir(jpegFolder, { recursive: true });
  const output: FrameOutput = {
    inputPath: request.inputPath,
    video,
    size: fitInSquare(video, request.maximumSidePixels),
    toneMapping: canToneMap((await toolbox.find('ffmpeg')).filters),
    withJpegs: jpegFolder !== undefined,
  };
  const { seconds, frameCount } = await shownVideo(toolbox, request);
  const parts = Math.max(1, Math.min(request.spreadFrames, frameCount));
  const sampling: Sampling = { toolbox, request, output, seconds, parts, seekFrame: createFrameSeeker() };
  const frames = await (seconds <= longestOnePassSeconds ? ofShort : ofLong)(sampling);
  const seenParts = frames.filter(({ pick }) => pick === 'spread').length;
  if (frames.length > 0)
    return {
      frames: frames.toSorted((a, b) => a.atSeconds - b.atSeconds),
      missedParts: Math.max(0, parts - seenParts),
    };
  const first = await oneFrame(sampling, 0, 0);
  if (first) return { frames: [{ ...first, pick: 'spread' }], missedParts: parts - 1 };
  const { pixels } = await rawFrames(sampling, inOnePassArguments(output, { ...firstOnly, count: 1 }), 1);
  if (pixels.length === 0) throw unsupported('corrupt_media', 'Not a single frame could be decoded.');
  return { frames: [], missedParts: parts };
}

const firstOnly = { intervalSeconds: 0.001, phase: 0 } as const;

const spread = (frame: Frame): SampledFrame => ({ ...frame, pick: 'spread' });
const unlike = (frame: Frame): SampledFrame => ({ ...frame, pick: 'unlike' });

/** Decodes it once, looks over more frames than are wanted, and lets go of the rest. */
async function ofShort(sampling: Sampling): Promise<SampledFrame[]> {
  const { request, parts } = sampling;
  const count = request.unlikeFrames > 0 ? Math.max(parts, lookedOver) : parts;
  const { frames, isDamaged } = await inOnePass(sampling, count);
  const ofParts = Array.from({ length: parts }, (_, part) => {
    const inPart = frames.filter((frame) => partOf(sampling, frame) === part);
    return inPart[Math.floor(request.random() * inPart.length)];
  }).filter((frame) => frame !== undefined);
  const others = frames.filter((frame) => !ofParts.includes(frame));
  const taken = pickUnlike(ofParts, others, request.unlikeFrames);
  const dropped = isDamaged ? frames : others.filter((frame) => !taken.includes(frame));
  for (const { jpegFile } of dropped)
    if (jpegFile && request.jpegFolder) await rm(join(request.jpegFolder, jpegFile), { force: true });
  if (!isDamaged) return [...ofParts.map(spread), ...taken.map(unlike)];
  return bySeekingBoth(sampling, timesOf(ofParts), timesOf(taken));
}

const timesOf = (frames: readonly Pick<Frame, 'atSeconds'>[]) => frames.map(({ atSeconds }) => atSeconds);

/** Where the decode met with damage, each frame has to show by itself that it is none of the damaged. */
async function bySeekingBoth(sampling: Sampling, ofParts: readonly number[], others: readonly number[]) {
  return [
    ...(await bySeeking(sampling, ofParts, 0)).map(spread),
    ...(await bySeeking(sampling, others, sampling.parts)).map(unlike),
  ];
}

/** Seeks to each time; what is unlike is looked for among the keyframes. */
async function ofLong(sampling: Sampling): Promise<SampledFrame[]> {
  const { toolbox, request, output, seconds, parts } = sampling;
  const { unlikeFrames, random, jpegFolder: workFolder, signal } = request;
  const small =
    unlikeFrames > 0 && workFolder !== undefined
      ? await keyframes(toolbox, output, { videoSeconds: seconds, workFolder, signal })
      : undefined;
  // A seek decodes from the keyframe before: where most parts have none, one decode of everything is cheaper.
  const partsWithKeyframe = new Set(small?.pictures.map((frame) => partOf(sampling, frame)));
  if (small && !small.isPart && partsWithKeyframe.size < parts / 2) return ofShort(sampling);
  const times = Array.from({ length: parts }, (_, part) => ((part + random()) * seconds) / parts);
  const ofParts = await bySeeking(sampling, times, 0);
  const places = timesOf(pickUnlike(ofParts, small?.pictures ?? [], unlikeFrames));
  return [...ofParts.map(spread), ...(await bySeeking(sampling, places, parts)).map(unlike)];
}

const partOf = ({ seconds, parts }: Sampling, { atSeconds }: Pick<Frame, 'atSeconds'>): number =>
  Math.floor((atSeconds / seconds) * parts);

function pickUnlike<Picture extends Pick<Frame, 'image'>>(
  seen: readonly Pick<Frame, 'image'>[],
  candidates: readonly Picture[],
  count: number,
): Picture[] {
  const signaturesOf = (pictures: readonly Pick<Frame, 'image'>[]) =>
    count === 0 ? [] : pictures.map(({ image }) => signatureOf(image));
  return mostUnlike(signaturesOf(seen), signaturesOf(candidates), count)
    .map((index) => candidates[index])
    .filter((picture) => picture !== undefined);
}

async function inOnePass(sampling: Sampling, count: number) {
  const { output, request, seconds } = sampling;
  const grid = { intervalSeconds: seconds / count, phase: request.random(), count };
  const { pixels, log } = await rawFrames(sampling, inOnePassArguments(output, grid), count);
  const frames = pixels.map((frame, index) =>
    toFrame(output, (index + grid.phase) * grid.intervalSeconds, index, frame),
  );
  return { frames, isDamaged: decodedWithErrors(log) };
}

/** A seek that finds nothing (a cut file, an index that lies) costs one frame, not all. */
async function bySeeking(sampling: Sampling, times: readonly number[], firstIndex: number): Promise<Frame[]> {
  const found: (Frame | undefined)[] = [];
  const waiting = [...times.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, atSeconds] = next;
      found[index] = await oneFrame(sampling, atSeconds, firstIndex + index).catch((error) => {
        if (isRetryable(error) || sampling.request.signal.aborted) throw error;
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

async function rawFrames(sampling: Sampling, ffmpegArguments: readonly string[], count: number) {
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
