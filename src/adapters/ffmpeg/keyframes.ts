import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VideoStreamProbe } from '../../core/media-probe.js';
import type { SampledFrame } from '../../core/video-tools.js';
import { ffmpegArguments, nothingButTheStream, onlyKeyframes, pictureInput } from './ffmpeg-arguments.js';
import { picturePad } from './frame-times.js';
import { fitInSquare, type Size } from './picture-size.js';
import type { FrameOutput } from './sample-arguments.js';
import type { Toolbox } from './toolbox.js';
import { rgbFrames, sourceFilters } from './video-filters.js';

const sidePixels = 48;
const mostKeyframes = 2000;
const shortestGapSeconds = 0.25;
/** A film whose every frame is a keyframe takes as long as its decoding; what was seen by then counts. */
const longestLookSeconds = 60;
export const timesName = 'keyframes.txt';

/** Of pictures that are looked at for what is seen from afar. */
export const smallSize = (video: VideoStreamProbe): Size => fitInSquare(video, sidePixels);

/** Small pictures of the keyframes on stdout and, by framecrc, their times beside them. */
export const keyframesArguments = (output: FrameOutput, videoSeconds: number): readonly string[] => {
  const gap = Math.max(shortestGapSeconds, videoSeconds / mostKeyframes).toFixed(3);
  const filters = [
    `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${gap})'`,
    ...sourceFilters(output, output.size),
    ...rgbFrames(smallSize(output.video)),
  ].join(',');
  const each = [...nothingButTheStream, '-fps_mode', 'passthrough', '-enc_time_base', '1:1000'];
  return ffmpegArguments([
    ...['-max_error_rate', '1'],
    ...pictureInput(output, onlyKeyframes),
    ...['-filter_complex', `${picturePad(output.video)}${filters},split=2[raw][times]`],
    ...['-map', '[raw]', ...each, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ...['-map', '[times]', ...each, '-f', 'framecrc', timesName],
  ]);
};

/** Presentation times in a framecrc listing made with `-enc_time_base 1:1000`. */
export const timesIn = (listing: string): readonly number[] =>
  [...listing.matchAll(/^\d+,\s*-?\d+,\s*(-?\d+),/gm)].map(([, milliseconds]) => Number(milliseconds) / 1000);

export interface Keyframes {
  readonly pictures: readonly Pick<SampledFrame, 'atSeconds' | 'image'>[];
  /** There was no time to see them all. */
  readonly isPart: boolean;
}

/** The keyframes of a video, where encoders put cuts, each as a small picture; of a very long one no more than are of use. */
export async function keyframes(
  toolbox: Toolbox,
  output: FrameOutput,
  place: {
    readonly videoSeconds: number;
    readonly workFolder: string;
    readonly longestLookSeconds?: number;
    readonly signal: AbortSignal;
  },
): Promise<Keyframes> {
  const size = smallSize(output.video);
  const frameBytes = size.width * size.height * 3;
  const { stdout, isPart } = await toolbox.run('ffmpeg', {
    inputPath: output.inputPath,
    arguments: keyframesArguments(output, place.videoSeconds),
    workFolder: place.workFolder,
    signal: place.signal,
    wallClockSeconds: place.longestLookSeconds ?? longestLookSeconds,
    partIsEnough: true,
    maximumOutputBytes: frameBytes * mostKeyframes * 2,
  });
  const listing = join(place.workFolder, timesName);
  const times = timesIn(await readFile(listing, 'utf8').catch(() => ''));
  await rm(listing, { force: true });
  return { pictures: smallPictures(stdout, times, size), isPart };
}

/** Pictures as they come out one after another, each with its time. */
export function smallPictures(
  pixels: Uint8Array,
  times: readonly number[],
  size: Size,
): Keyframes['pictures'] {
  const frameBytes = size.width * size.height * 3;
  return times.slice(0, Math.floor(pixels.length / frameBytes)).map((atSeconds, index) => ({
    atSeconds,
    image: { ...size, pixels: pixels.subarray(index * frameBytes, (index + 1) * frameBytes) },
  }));
}
