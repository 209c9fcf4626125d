import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unsupported } from '../../core/errors.js';
import type { FrameSamples, SampledFrame } from '../../core/video-tools.js';
import { makeFolders } from '../../files/make-folders.js';
import { canToneMap } from './colour-plan.js';
import { keyframes } from './keyframes.js';
import { fitInSquare } from './picture-size.js';
import { type FrameOutput, inOnePassArguments, jpegName } from './sample-arguments.js';
import { createFrameSeeker, isCrash } from './seek-frame.js';
import {
  bySeeking,
  type Frame,
  inOnePass,
  rawFrames,
  type SampleRequest,
  type Sampling,
} from './take-frames.js';
import type { Toolbox } from './toolbox.js';
import { mostUnlike, signatureOf } from './unlike-frames.js';
import { shownVideo } from './video-length.js';

/** Up to here decoding everything once is cheaper than starting ffmpeg for every frame. */
const longestOnePassSeconds = 60;
/** So many frames of a short video are looked over for those that are unlike the others. */
const lookedOver = 100;

/** The port's `sampleFrames`. */
export async function sampleFrames(toolbox: Toolbox, request: SampleRequest): Promise<FrameSamples> {
  const { video, jpegFolder } = request;
  if (jpegFolder) await makeFolders(jpegFolder);
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
  const { frames, isLookedOver } = await (seconds <= longestOnePassSeconds ? ofShort : ofLong)(sampling);
  const seenParts = frames.filter(({ pick }) => pick === 'spread').length;
  if (frames.length > 0)
    return {
      frames: frames.toSorted((a, b) => a.atSeconds - b.atSeconds),
      missedParts: Math.max(isLookedOver ? 0 : 1, parts - seenParts),
    };
  const [first] = await bySeeking(sampling, [0], 0);
  if (first) return { frames: [{ ...first, pick: 'spread' }], missedParts: parts - 1 };
  const { pixels } = await rawFrames(sampling, inOnePassArguments(output, { ...firstOnly, count: 1 }), 1);
  if (pixels.length === 0) throw unsupported('corrupt_media', 'Not a single frame could be decoded.');
  return { frames: [], missedParts: parts };
}

const firstOnly = { intervalSeconds: 0.001, phase: 0 } as const;

const spread = (frame: Frame): SampledFrame => ({ ...frame, pick: 'spread' });
const unlike = (frame: Frame): SampledFrame => ({ ...frame, pick: 'unlike' });

interface Looked {
  readonly frames: readonly SampledFrame[];
  /** False where the decoder crashed before it was done with looking for what is unlike: something was missed then. */
  readonly isLookedOver: boolean;
}

/** Decodes it once, looks over more frames than are wanted, and lets go of the rest. */
async function ofShort(sampling: Sampling): Promise<Looked> {
  const { request, parts } = sampling;
  const count = request.unlikeFrames > 0 ? Math.max(parts, lookedOver) : parts;
  const seen = await inOnePass(sampling, count);
  if (!seen) {
    await drop(
      sampling,
      Array.from({ length: count }, (_, index) => jpegName(index)),
    );
    const ofParts = await bySeeking(sampling, randomTimes(sampling), 0);
    return { frames: ofParts.map(spread), isLookedOver: request.unlikeFrames === 0 };
  }
  const { frames, isDamaged } = seen;
  const ofParts = Array.from({ length: parts }, (_, part) => {
    const inPart = frames.filter((frame) => partOf(sampling, frame) === part);
    return inPart[Math.floor(request.random() * inPart.length)];
  }).filter((frame) => frame !== undefined);
  const others = frames.filter((frame) => !ofParts.includes(frame));
  const taken = pickUnlike(ofParts, others, request.unlikeFrames);
  const dropped = isDamaged ? frames : others.filter((frame) => !taken.includes(frame));
  await drop(
    sampling,
    dropped.flatMap(({ jpegFile }) => jpegFile ?? []),
  );
  // Where the decode met with damage, each frame has to show by itself that it is none of the damaged.
  return {
    frames: isDamaged
      ? await bySeekingBoth(sampling, timesOf(ofParts), () => timesOf(taken))
      : [...ofParts.map(spread), ...taken.map(unlike)],
    isLookedOver: true,
  };
}

async function drop({ request: { jpegFolder } }: Sampling, jpegFiles: readonly string[]): Promise<void> {
  if (jpegFolder === undefined) return;
  for (const jpegFile of jpegFiles) await rm(join(jpegFolder, jpegFile), { force: true });
}

const randomTimes = ({ request, seconds, parts }: Sampling): readonly number[] =>
  Array.from({ length: parts }, (_, part) => ((part + request.random()) * seconds) / parts);

const timesOf = (frames: readonly Pick<Frame, 'atSeconds'>[]) => frames.map(({ atSeconds }) => atSeconds);

async function bySeekingBoth(
  sampling: Sampling,
  times: readonly number[],
  timesOfOthers: (ofParts: readonly Frame[]) => readonly number[],
): Promise<SampledFrame[]> {
  const ofParts = await bySeeking(sampling, times, 0);
  const others = await bySeeking(sampling, timesOfOthers(ofParts), sampling.parts);
  return [...ofParts.map(spread), ...others.map(unlike)];
}

/** Seeks to each time; what is unlike is looked for among the keyframes. */
async function ofLong(sampling: Sampling): Promise<Looked> {
  const { toolbox, request, output, seconds, parts } = sampling;
  const { unlikeFrames, jpegFolder: workFolder, signal } = request;
  const isAskedFor = unlikeFrames > 0 && workFolder !== undefined;
  const small = isAskedFor
    ? await keyframes(toolbox, output, { videoSeconds: seconds, workFolder, signal }).catch((error) => {
        if (!isCrash(error) || signal.aborted) throw error;
        return undefined;
      })
    : undefined;
  // A seek decodes from the keyframe before: where most parts have none, one decode of everything is cheaper.
  const partsWithKeyframe = new Set(small?.pictures.map((frame) => partOf(sampling, frame)));
  if (small && !small.isPart && partsWithKeyframe.size < parts / 2) return ofShort(sampling);
  const frames = await bySeekingBoth(sampling, randomTimes(sampling), (ofParts) =>
    timesOf(pickUnlike(ofParts, small?.pictures ?? [], unlikeFrames)),
  );
  return { frames, isLookedOver: !isAskedFor || small !== undefined };
}

/** A still picture lasts for nothing and is one part. */
const partOf = ({ seconds, parts }: Sampling, { atSeconds }: Pick<Frame, 'atSeconds'>): number =>
  seconds > 0 ? Math.floor((atSeconds / seconds) * parts) : 0;

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
