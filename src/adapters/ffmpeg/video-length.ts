import { isRetryable } from '../../core/errors.js';
import type { VideoStreamProbe } from '../../core/media-probe.js';
import { guardedInput } from './allow-lists.js';
import { ffmpegArguments } from './ffmpeg-arguments.js';
import { longestShownSeconds } from './hls-arguments.js';
import type { Toolbox } from './toolbox.js';

interface LengthRequest {
  readonly inputPath: string;
  readonly video: VideoStreamProbe;
  /** What the file says of itself. */
  readonly durationSeconds: number;
  readonly signal: AbortSignal;
}

/** Packets, read without decoding. */
export const videoLengthArguments = (inputPath: string, streamIndex: number): readonly string[] =>
  ffmpegArguments([
    '-max_error_rate',
    '1',
    ...guardedInput(inputPath),
    ...['-map', `0:${streamIndex}`, '-c', 'copy', '-f', 'null', '-'],
  ]);

/** The picture that viewers can be shown. */
export interface ShownVideo {
  readonly seconds: number;
  readonly frameCount: number;
}

/** Older versions leave out the frames that wait to be put in order, so an honest header is the better measure. */
const isAlike = (measuredSeconds: number, toldSeconds: number): boolean =>
  measuredSeconds >= toldSeconds * 0.9 - 0.5 && measuredSeconds <= toldSeconds + 0.5;

/**
 * How long the picture is, by its packets. A header is what its writer wants it to be, and a long sound track stretches
 * the file: whoever looks at pictures "spread over the whole" must not go by either. What the file says stands where
 * nothing can be measured.
 */
export async function shownVideo(toolbox: Toolbox, request: LengthRequest): Promise<ShownVideo> {
  const { inputPath, video, durationSeconds, signal } = request;
  if (video.durationSeconds !== null)
    return { seconds: video.durationSeconds, frameCount: video.frameCount ?? 1 };
  const told = { seconds: durationSeconds, frameCount: Math.floor(durationSeconds * video.frameRate) };
  try {
    const { outTimeSeconds, frames } = await toolbox.run('ffmpeg', {
      inputPath,
      signal,
      arguments: videoLengthArguments(inputPath, video.streamIndex),
      maximumOutputBytes: 0,
    });
    if (outTimeSeconds === 0 || isAlike(outTimeSeconds, durationSeconds)) return told;
    const seconds = Math.min(outTimeSeconds, longestShownSeconds(durationSeconds));
    // Newer versions do not count the frames of what they only copy.
    return { seconds, frameCount: frames > 0 ? frames : Math.floor(seconds * video.frameRate) };
  } catch (error) {
    if (isRetryable(error)) throw error;
    return told;
  }
}
