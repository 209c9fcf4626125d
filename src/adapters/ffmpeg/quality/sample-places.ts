import type { Rate } from '../chunks/chunk-frames.js';
import { timeOf } from '../chunks/chunk-frames.js';
import type { ListedSegment } from '../hls-playlist.js';

/** A segment of a rendition, by the frames of the steady grid that are in it. */
export interface SegmentFrames {
  readonly file: string;
  readonly firstFrame: number;
  readonly frameCount: number;
}

/** Frames of the steady grid that are compared, one behind the other. */
export interface Sample {
  readonly firstFrame: number;
  readonly frameCount: number;
}

export interface SamplePlan {
  readonly samples: readonly Sample[];
  /** They are taken in one go through the film from its beginning; else each is gone to. */
  readonly isOnePass: boolean;
}

const mostSamples = 8;
export const framesOfSample = 8;
/** Up to here one decode costs less than going to each sample; further no decode goes that has to begin at the beginning. */
const onePassSeconds = 60;
/** Each sample is decoded from a keyframe of the original: further apart they cost as much as the beginning does. */
const longestSeekSeconds = 20;
/** How far into its segment a sample is, by turns: at every part of the two seconds between keyframes, which are better than what follows them. */
const offsetsSeconds = [0.5, 1, 1.5, 0] as const;

export function framesOfSegments(
  segments: readonly ListedSegment[],
  { numerator, denominator }: Rate,
): readonly SegmentFrames[] {
  const frameOf = (seconds: number) => Math.round((seconds * numerator) / denominator);
  let endSeconds = 0;
  return segments.map(({ file, durationSeconds }) => {
    const firstFrame = frameOf(endSeconds);
    endSeconds += durationSeconds;
    return { file, firstFrame, frameCount: frameOf(endSeconds) - firstFrame };
  });
}

/** Which frames are compared: spread over the film, no two in one segment, and always the same for the same film. Pure. */
export function planSamples(
  segments: readonly SegmentFrames[],
  rate: Rate,
  longestSeek: number | undefined,
): SamplePlan {
  const last = segments.at(-1);
  const seconds = last ? timeOf(last.firstFrame + last.frameCount, rate) : 0;
  const isOnePass =
    seconds <= onePassSeconds || longestSeek === undefined || longestSeek > longestSeekSeconds;
  const reached = segments.filter(
    ({ firstFrame, frameCount }) =>
      frameCount > 0 && (!isOnePass || timeOf(firstFrame, rate) < onePassSeconds),
  );
  const count = Math.min(mostSamples, reached.length);
  const samples = Array.from({ length: count }, (_, index) => {
    const segment = reached[Math.floor(((index + 0.5) / count) * reached.length)] as SegmentFrames;
    const frameCount = Math.min(framesOfSample, segment.frameCount);
    const offset = Math.round(
      ((offsetsSeconds[index % offsetsSeconds.length] ?? 0) * rate.numerator) / rate.denominator,
    );
    return { firstFrame: segment.firstFrame + Math.min(offset, segment.frameCount - frameCount), frameCount };
  });
  return { samples, isOnePass };
}
