import type { VideoStreamProbe } from '../../core/media-probe.js';
import type { Rung } from '../../core/video-tools.js';
import { longestShownSeconds } from './hls-arguments.js';

/** What a run may have to go through at the most. */
export interface Work {
  readonly bytes: number;
  /** Decoded and encoded, of all frames together. */
  readonly pixels: number;
}

/** A run is slower than this only on a machine that is not coming back: a hundredth of what one core or one disk does. */
const slowest = { pixelsPerSecond: 2e6, bytesPerSecond: 2e6 } as const;
const startSeconds = 300;
/** Below what a job may take, so that a run that is too long says so itself. */
export const longestRunSeconds = 23 * 60 * 60;

/** When a run that is still at work is ended all the same, in seconds: what hangs is found sooner, by `createStallWatch`. */
export const wallClockFor = ({ bytes, pixels }: Work): number =>
  Math.min(
    longestRunSeconds,
    Math.ceil(startSeconds + pixels / slowest.pixelsPerSecond + bytes / slowest.bytesPerSecond),
  );

/** Pixels of everything that is shown of a video whose file tells this duration. */
export const shownPixels = (video: VideoStreamProbe, durationSeconds: number): number =>
  video.codedWidth * video.codedHeight * video.frameRate * longestShownSeconds(durationSeconds);

/** Pixels that a ladder adds to what is decoded for it. */
export const ladderPixels = (rungs: readonly Rung[], durationSeconds: number): number =>
  rungs.reduce((sum, { width, height, frameRate }) => sum + width * height * frameRate, 0) *
  longestShownSeconds(durationSeconds);
