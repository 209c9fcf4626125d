import type { VideoStreamProbe } from '../../core/media-probe.js';
import { frameRateFraction } from './rational.js';

/** How long the picture is by its packets, and a little for what measuring may miss; null where they were not measured. */
export const measuredPictureSeconds = ({ durationSeconds }: VideoStreamProbe): number | null =>
  durationSeconds === null ? null : durationSeconds * 1.02 + 1;

/**
 * Where every filter graph begins: the pad of the picture, without frames whose time is beyond all that is shown, and
 * without the end that such a frame at the end makes (`setpts` is there for that alone). `fps` fills the time up to either
 * with copies, hours of them within one call, and whoever takes its output can neither end it nor keep its memory down.
 * `first` is a filter to be before them.
 */
export function picturePad(
  video: VideoStreamProbe,
  {
    limitSeconds = measuredPictureSeconds(video),
    first,
  }: { limitSeconds?: number | null; first?: string } = {},
): string {
  const pad = `[0:${video.streamIndex}]${first === undefined ? '' : `${first},`}`;
  if (limitSeconds === null) return pad;
  const limit = limitSeconds.toFixed(3);
  return `${pad}select=lte(t\\,${limit}),setpts=min(PTS\\,${limit}/TB),`;
}

/** Constant frame rate from time 0 on, so that all renditions share one time grid. */
export const steadyRate = (frameRate: number): string => `fps=${frameRateFraction(frameRate)}:start_time=0`;

/**
 * One frame for each interval, the one shown at its middle or at another `phase` (0..1) of it. `fps` emits the last frame
 * whose time, rounded to its grid, is not later than the slot: only rounding up makes that the frame on screen at the
 * slot's time.
 */
export const oneFrameEach = (intervalSeconds: number, phase = 0.5): readonly string[] => [
  `setpts=PTS-${(intervalSeconds * phase).toFixed(6)}/TB`,
  `fps=1/${intervalSeconds.toFixed(6)}:round=up:start_time=0`,
];
