import type { VideoStreamProbe } from '../../core/video-tools.js';
import {
  bt709,
  type Colours,
  coloursOf,
  named,
  scaleMatrix,
  servedColours,
  withoutZscale,
} from './colours.js';
import { fittedFrames, smallestFitted } from './fitted-frames.js';
import { turningFilters } from './orientation.js';
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

/** A picture, and whether ffmpeg has what tone mapping takes. */
export interface ShownSource {
  readonly video: VideoStreamProbe;
  readonly toneMapping: boolean;
}

/** HDR to SDR at the size given, in BT.709. */
const toneMapped = ({ width, height }: Size): readonly string[] => [
  `zscale=w=${width}:h=${height}:t=linear:npl=100`,
  'format=gbrpf32le',
  'zscale=p=bt709',
  'tonemap=hable:desat=0',
  'zscale=t=bt709:m=bt709:p=bt709:r=tv',
  'format=yuv420p',
];

/** How a picture's numbers are read, what has to be done to them before they can be scaled, and what they are then. */
interface ColourPlan {
  readonly read: Colours;
  /** Of the very first `scale`, and the format it is to give. */
  readonly first: { readonly options: string; readonly format: string } | null;
  readonly prepare: (largest: Size) => readonly string[];
  readonly prepared: Colours;
}

/** What only zimg reads is called by what comes nearest until then: `scale` of ffmpeg 7 refuses it. */
function colourPlan({ video, toneMapping }: ShownSource): ColourPlan {
  const told = coloursOf(video);
  const read = withoutZscale(told);
  const isRenamed = read.matrix !== told.matrix;
  if (toneMapping && video.isHdr) {
    const prepare = (largest: Size) => [...(isRenamed ? [named(told)] : []), ...toneMapped(largest)];
    return { read, first: null, prepare, prepared: bt709 };
  }
  if (toneMapping && isRenamed) {
    const prepared: Colours = { ...told, matrix: bt709.matrix, range: bt709.range };
    const converted = [named(told), 'zscale=m=bt709:r=tv', named(prepared)];
    return { read, first: null, prepare: () => converted, prepared };
  }
  const first = toStudioRange(read, video.pixelFormat);
  const prepared: Colours = first ? { ...read, range: 'tv' } : read;
  return { read, first, prepare: () => [], prepared };
}

/** Formats of full range by themselves (`yuvj420p`) lose their matrix between the filters of ffmpeg 7. */
function toStudioRange(colours: Colours, pixelFormat: string): ColourPlan['first'] {
  const matrix = scaleMatrix(colours);
  return matrix && colours.range === 'pc' && pixelFormat.startsWith('yuv')
    ? {
        options: `:${exactly}:in_color_matrix=${matrix}:out_color_matrix=${matrix}:in_range=pc:out_range=tv`,
        format: pixelFormat.replace('yuvj', 'yuv'),
      }
    : null;
}

/** Without these flags swscale is up to 5 of 255 beside the colour. */
const exactly = 'flags=bicubic+accurate_rnd+full_chroma_int';

/**
 * From decoded frames to upright frames a viewer can be shown. `largest` is the largest size made of them. Their colours
 * are named first, because filters guess what a file leaves out, or refuse it ("no path between colorspaces"). Only what
 * fits them bears frames of another size.
 */
export function sourceFilters(source: ShownSource, largest: Size): readonly string[] {
  const { codedWidth, codedHeight } = source.video;
  const { read, first, prepare } = colourPlan(source);
  return [
    named(read),
    ...fittedFrames(source.video, first?.options, first?.format),
    // Lets progressive frames through untouched; what is smaller it refuses.
    Math.min(codedWidth, codedHeight) >= smallestFitted ? 'yadif=deint=interlaced' : 'null',
    ...turningFilters(source.video),
    ...prepare(largest),
  ];
}

/**
 * Square pixels of exactly this size, in other colours where a conversion is named. One that changes nothing is not to be
 * named: `scale` goes over every pixel for it.
 */
const scaled = ({ width, height }: Size, conversion?: string): readonly string[] => [
  `scale=${width}:${height}:${conversion ? `${exactly}:${conversion}` : 'flags=bicubic'}`,
  'setsar=1',
];

/** Frames of a rendition: 8 bits, studio range, tagged, of what `sourceFilters` gives. */
export function renditionFrames(source: ShownSource, size: Size): readonly string[] {
  const { prepared } = colourPlan(source);
  const served = servedColours(prepared);
  const conversion = [
    ...(served.matrix === prepared.matrix ? [] : [`out_color_matrix=${served.matrix}`]),
    ...(served.range === prepared.range ? [] : [`out_range=${served.range}`]),
  ];
  return [...scaled(size, conversion.join(':')), 'format=yuv420p', named(served)];
}

const toJpegColours = 'out_color_matrix=bt601:out_range=pc';

/** Frames for a JPEG, which means BT.601 in full range to whoever shows it and cannot say otherwise (JFIF 1.02). */
export const jpegFrames = (size: Size): readonly string[] => [
  ...scaled(size, toJpegColours),
  'format=yuv420p',
];

/** Frames of red, green and blue. */
export const rgbFrames = ({ width, height }: Size): readonly string[] => [
  `scale=${width}:${height}:${exactly}`,
  'setsar=1',
  'format=rgb24',
];

/** From those to frames for a JPEG. */
export const rgbToJpeg: readonly string[] = [`scale=${exactly}:${toJpegColours}`, 'format=yuv420p'];

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
