import type { VideoStreamProbe } from '../../core/video-tools.js';
import { frameRateFraction } from './rational.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Even, because 4:2:0 has one colour sample for two pixels; never 0. */
export const evenSize = ({ width, height }: Size): Size => ({
  width: Math.max(2, Math.floor(width / 2) * 2),
  height: Math.max(2, Math.floor(height / 2) * 2),
});

/** The largest even size of the same shape that fits in a square; never enlarged. */
export function fitInSquare({ width, height }: Size, maximumSide: number): Size {
  const factor = Math.min(1, maximumSide / Math.max(width, height));
  return evenSize({ width: Math.round(width * factor), height: Math.round(height * factor) });
}

export const canToneMap = (filters: ReadonlySet<string>): boolean =>
  filters.has('zscale') && filters.has('tonemap');

/**
 * HDR to SDR at the size given. Every input property is named, because a file that leaves one out makes zscale refuse
 * it ("no path between colorspaces") or guess it wrong (a red cast).
 */
const toneMapped = (video: VideoStreamProbe, { width, height }: Size): readonly string[] => [
  `zscale=w=${width}:h=${height}:tin=${video.colorTransfer}:pin=bt2020:min=bt2020nc:rin=tv:t=linear:npl=100`,
  'format=gbrpf32le',
  'zscale=p=bt709',
  'tonemap=hable:desat=0',
  'zscale=t=bt709:m=bt709:p=bt709:r=tv',
  'format=yuv420p',
];

/** Clockwise. */
const turnedBy: Readonly<Record<VideoStreamProbe['rotationDegrees'], readonly string[]>> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};

/**
 * From decoded frames to upright frames a viewer can be shown. `largest` is the largest size made of them. The first
 * filter is the only one that bears frames of another size; those of the size probed it lets through untouched.
 */
export const sourceFilters = (
  video: VideoStreamProbe,
  largest: Size,
  withToneMapping: boolean,
): readonly string[] => [
  `scale=${video.codedWidth}:${video.codedHeight}`,
  // Lets progressive frames through untouched; what is smaller it refuses.
  Math.min(video.codedWidth, video.codedHeight) >= 3 ? 'yadif=deint=interlaced' : 'null',
  ...turnedBy[video.rotationDegrees],
  ...(video.isHdr && withToneMapping ? toneMapped(video, largest) : []),
];

/** Square pixels of exactly this size, studio range, 8 bits. */
export const scaledTo = ({ width, height }: Size): readonly string[] => [
  `scale=${width}:${height}:flags=bicubic:out_range=tv`,
  'setsar=1',
  'format=yuv420p',
];

/** How long the picture is by its packets, and a little for what measuring may miss; null where they were not measured. */
export const measuredPictureSeconds = ({ durationSeconds }: VideoStreamProbe): number | null =>
  durationSeconds === null ? null : durationSeconds * 1.02 + 1;

/**
 * Where every filter graph begins: the pad of the picture, without frames whose time is beyond all that is shown, and
 * without the end that such a frame at the end makes (`setpts` is there for that alone). `fps` fills the time up to either
 * with copies, hours of them within one call, and whoever takes its output can neither end it nor keep its memory down.
 */
export function picturePad(video: VideoStreamProbe, limitSeconds = measuredPictureSeconds(video)): string {
  const pad = `[0:${video.streamIndex}]`;
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
