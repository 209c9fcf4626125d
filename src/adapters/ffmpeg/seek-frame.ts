import { isRetryable, MediaFlowError } from '../../core/errors.js';
import type { VideoStreamProbe } from '../../core/media-probe.js';
import { decodedWithErrors } from './decode-errors.js';
import type { Toolbox } from './toolbox.js';

/** What one attempt at a frame puts into its command. */
export interface Seek {
  /** Goes before the input. */
  readonly beforeInput: readonly string[];
  /** First filters: they let the frame through that is on screen at the time asked for, if it can be trusted. */
  readonly select: readonly string[];
}

interface SeekRequest {
  readonly video: VideoStreamProbe;
  readonly atSeconds: number;
  /** Wanted after it as well, of which no more is known than that they are there; by default it alone. */
  readonly following?: { readonly framesPerSecond: number; readonly seconds: number } | undefined;
  readonly run: (seek: Seek) => Promise<Awaited<ReturnType<Toolbox['run']>>>;
}

/**
 * How far ahead of the frame to go in, in the order tried. Where a container has an index, the search ends at the keyframe
 * before; transport and program streams have none, and it ends anywhere.
 */
const leadsSeconds = [0, 4, 12, 30, 90] as const;

/**
 * Frames are good from the first keyframe on. H.264 may have none but the very first (intra refresh), and its decoder
 * keeps back by itself what has not recovered.
 */
const fromKeyframe = ({ codec }: VideoStreamProbe): readonly string[] =>
  codec === 'h264' ? [] : ["select='key+not(isnan(prev_selected_t))'"];

/** An index apart from the pictures (Matroska's cues) is not believed: all its entries could lead to one harmless place. */
const goTo = (startSeconds: number): readonly string[] =>
  startSeconds > 0 ? ['-fflags', '+ignidx', '-noaccurate_seek', '-ss', startSeconds.toFixed(3)] : [];

const slowestFrameRate = 0.1;

/** Some versions decode all that is left where more than one frame is taken. The last is shown until there is another. */
const upTo = ({ video, following }: SeekRequest, offsetSeconds: number): readonly string[] => {
  if (!following) return [];
  const nextSeconds = 1 + 2 / Math.max(slowestFrameRate, video.frameRate);
  return [`trim=end=${(offsetSeconds + following.seconds + nextSeconds).toFixed(3)}`];
};

/** Threads decode ahead, and what they complain of then is not about the frame asked for. */
const oneAfterTheOther = ['-threads', '1'] as const;

/**
 * Tells the log when the first good frame is there, and when the second keyframe is. What the decoder complained of before
 * the first may be about the frames it was left without, or about that very frame; of a second it is known.
 */
const markGood = [
  'split=3[good][first][key]',
  "[first]select='eq(n,0)',showinfo@first,nullsink",
  "[key]select='key',select='eq(n,1)',showinfo@second,nullsink",
  '[good]null',
].join(';');

/** The log is cut at its beginning when it grows too long: what is not found in it must not pass for good. */
function isSound(log: string, offsetSeconds: number, isFromStart: boolean): boolean {
  const [beforeFirst, afterFirst] = log.split(/^\[showinfo@first (?=[^\n]*pts_time)/m, 2);
  const [untilFound, found] = afterFirst?.split(/^\[showinfo@found (?=[^\n]*pts_time)/m, 2) ?? [];
  if (beforeFirst === undefined || afterFirst === undefined || found === undefined) return false;
  const isInTime = (text: string) =>
    Number(/pts_time:\s*(-?[\d.]+)/.exec(text)?.[1] ?? Number.NaN) <= offsetSeconds + 0.001;
  if (decodedWithErrors(untilFound ?? '')) return false;
  if (decodedWithErrors(beforeFirst))
    return isInTime(afterFirst.split(/^\[showinfo@second (?=[^\n]*pts_time)/m)[1] ?? '');
  return isFromStart || isInTime(afterFirst);
}

const onScreenFrom = (seconds: number, framesPerSecond: number): readonly string[] => [
  `setpts=PTS-${seconds.toFixed(6)}/TB`,
  `fps=${framesPerSecond}:round=up:start_time=0`,
  // Tells the log that it is there: of what is decoded after it, nothing is asked.
  'showinfo@found',
];

/** What ended a tool by itself at one place of a file, a decoder's crash too, need not be anywhere else. */
export const isOfPlace = (error: unknown): boolean => !isRetryable(error) || isCrash(error);

/** It broke, and nothing tells that the file or the machine is the reason. */
export const isCrash = (error: unknown): boolean =>
  error instanceof MediaFlowError && error.code === 'ffmpeg_failed';

/** Seeks frames of one file, and remembers how far ahead of them it has to go in. */
export function createFrameSeeker() {
  let lead = 0;
  /** The result of the attempt whose frame is the source's at that time, decoded without errors; undefined when there is none. */
  return async function seekFrame(request: SeekRequest) {
    const { video, atSeconds, following, run } = request;
    for (let attempt = lead; attempt < leadsSeconds.length; attempt += 1) {
      const start = Math.floor(Math.max(0, atSeconds - (leadsSeconds[attempt] ?? 0)) * 1000) / 1000;
      const offset = atSeconds - start;
      const result = await run({
        beforeInput: [...oneAfterTheOther, ...goTo(start)],
        select: [
          ...fromKeyframe(video),
          ...upTo(request, offset),
          markGood,
          ...onScreenFrom(offset, following?.framesPerSecond ?? 1),
        ],
      });
      if (isSound(result.stderr, offset, start === 0)) {
        lead = Math.max(lead, attempt);
        return result;
      }
      if (start === 0) return undefined;
    }
    return undefined;
  };
}

export type FrameSeeker = ReturnType<typeof createFrameSeeker>;
