import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRetryable, unsupported } from '../../core/errors.js';
import type { SampledFrame, VideoTools } from '../../core/video-tools.js';
import { keyframes } from './keyframes.js';
import { type FrameOutput, inOnePassArguments, jpegName, oneFrameArguments } from './sample-arguments.js';
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
}

/** Up to here decoding everything once is cheaper than starting ffmpeg for every frame. */
const longestOnePassSeconds = 60;
/** So many frames of a short video are looked over for those that are unlike the others. */
const lookedOver = 100;
const seeksAtOnce = 2;

/** The port's `sampleFrames`. */
export async function sampleFrames(
  toolbox: Toolbox,
  request: SampleRequest,
): Promise<readonly SampledFrame[]> {
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
  const sampling: Sampling = { toolbox, request, output, seconds, parts };
  const frames = await (seconds <= longestOnePassSeconds ? ofShort : ofLong)(sampling);
  if (frames.length > 0) return frames.toSorted((a, b) => a.atSeconds - b.atSeconds);
  const first = await oneFrame(sampling, 0, 0);
  if (first) return [{ ...first, pick: 'spread' }];
  throw unsupported('corrupt_media', 'Not a single frame could be decoded.');
}

const spread = (frame: Frame): SampledFrame => ({ ...frame, pick: 'spread' });
const unlike = (frame: Frame): SampledFrame => ({ ...frame, pick: 'unlike' });

/** Decodes it once, looks over more frames than are wanted, and lets go of the rest. */
async function ofShort(sampling: Sampling): Promise<SampledFrame[]> {
  const { request, parts } = sampling;
  const frames = await inOnePass(sampling, request.unlikeFrames > 0 ? Math.max(parts, lookedOver) : parts);
  const ofParts = Array.from({ length: parts }, (_, part) => {
    const inPart = frames.filter((frame) => partOf(sampling, frame) === part);
    return inPart[Math.floor(request.random() * inPart.length)];
  }).filter((frame) => frame !== undefined);
  const others = frames.filter((frame) => !ofParts.includes(frame));
  const taken = pickUnlike(ofParts, others, request.unlikeFrames);
  for (const { jpegFile } of others.filter((frame) => !taken.includes(frame)))
    if (jpegFile && request.jpegFolder) await rm(join(request.jpegFolder, jpegFile), { force: true });
  return [...ofParts.map(spread), ...taken.map(unlike)];
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
  const places = pickUnlike(ofParts, small?.pictures ?? [], unlikeFrames).map(({ atSeconds }) => atSeconds);
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

async function inOnePass(sampling: Sampling, count: number): Promise<Frame[]> {
  const { output, request, seconds } = sampling;
  const grid = { intervalSeconds: seconds / count, phase: request.random(), count };
  const pixels = await rawFrames(sampling, inOnePassArguments(output, grid), count);
  return pixels.map((frame, index) =>
    toFrame(output, (index + grid.phase) * grid.intervalSeconds, index, frame),
  );
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

async function oneFrame(sampling: Sampling, atSeconds: number, index: number): Promise<Frame | undefined> {
  const { output } = sampling;
  const [pixels] = await rawFrames(sampling, oneFrameArguments(output, { atSeconds, index }), 1);
  return pixels && toFrame(output, atSeconds, index, pixels);
}

async function rawFrames(
  { toolbox, request, output, seconds }: Sampling,
  ffmpegArguments: readonly string[],
  count: number,
): Promise<Uint8Array[]> {
  const frameBytes = output.size.width * output.size.height * 3;
  const { stdout } = await toolbox.run('ffmpeg', {
    inputPath: request.inputPath,
    signal: request.signal,
    arguments: ffmpegArguments,
    ...(request.jpegFolder === undefined ? {} : { workFolder: request.jpegFolder }),
    pixels: shownPixels(request.video, seconds),
    maximumOutputBytes: frameBytes * (count + 1),
  });
  return Array.from({ length: Math.floor(stdout.length / frameBytes) }, (_, index) =>
    stdout.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
}

const toFrame = (
  { size, withJpegs }: FrameOutput,
  atSeconds: number,
  index: number,
  pixels: Uint8Array,
): Frame => ({ atSeconds, image: { ...size, pixels }, jpegFile: withJpegs ? jpegName(index) : null });
