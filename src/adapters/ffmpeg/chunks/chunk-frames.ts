import { type ChunkRange, segmentSeconds } from '../../../core/chunk-tools.js';
import type { Rung } from '../../../core/video-tools.js';
import { keyframeSeconds, rungRate } from '../hls-arguments.js';
import { frameRateFraction } from '../rational.js';

/** A frame rate as the fraction that ffmpeg is told. */
export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
}

export function rateOf(rung: Pick<Rung, 'frameRate'>): Rate {
  const [numerator = 1, denominator = 1] = frameRateFraction(rungRate(rung as Rung))
    .split('/')
    .map(Number);
  return { numerator, denominator };
}

/** The first frame of the steady grid that is shown at that time or after it, counted from 0. */
export const frameAt = (seconds: number, { numerator, denominator }: Rate): number =>
  Math.ceil((seconds * numerator) / denominator);

export const timeOf = (frame: number, { numerator, denominator }: Rate): number =>
  (frame * denominator) / numerator;

/** How many frames the chunk has; null where the end of the film says. */
export const frameCountOf = ({ startSeconds, endSeconds }: ChunkRange, rate: Rate): number | null =>
  endSeconds === null ? null : frameAt(endSeconds, rate) - frameAt(startSeconds, rate);

/**
 * By how much the film's grid of keyframes is ahead of a clock that begins with the chunk's first frame: a chunk begins at a
 * whole second, and where its first frame is not shown then, its clock begins a part of a frame later.
 */
export const gridAheadSeconds = ({ startSeconds }: ChunkRange, rate: Rate): number =>
  timeOf(frameAt(startSeconds, rate), rate) - startSeconds;

/**
 * ffmpeg ends a segment at the first keyframe that is so many times this many seconds behind the chunk's first frame. Where
 * the rate is no whole number, frames are not shown at whole seconds, and the keyframe that a segment of the film ends at may come before six seconds
 * of the chunk are full; so it has to be a little less. Throws where no number does for all segments: those of one chunk are too many then.
 */
export function segmentSecondsFor({ startSeconds }: ChunkRange, rate: Rate, segments: number): number {
  const first = frameAt(startSeconds, rate);
  const cutAt = (segment: number, beforeSeconds = 0) =>
    timeOf(frameAt(startSeconds + segment * segmentSeconds - beforeSeconds, rate) - first, rate);
  const all = Array.from({ length: segments }, (_, index) => index + 1);
  const short = Math.max(0, ...all.map((segment) => (segment * segmentSeconds - cutAt(segment)) / segment));
  const seconds = short === 0 ? segmentSeconds : Math.floor((segmentSeconds - short) * 1e6) / 1e6;
  if (all.some((segment) => segment * seconds <= cutAt(segment, keyframeSeconds)))
    throw new Error(`No ${segments} segments of ${segmentSeconds} s begin with keyframes at this rate`);
  return seconds;
}
