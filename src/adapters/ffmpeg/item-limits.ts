import { type CodeOf, MediaFlowError } from '../../core/errors.js';
import type { MediaProbe } from '../../core/media-probe.js';
import type { AudioRung, Rung, TranscodeRequest } from '../../core/video-tools.js';
import { longestShownSeconds, segmentSeconds } from './hls-arguments.js';

/** What an operator lets one file be and become. */
export interface ItemLimits {
  readonly durationSeconds: number;
  /** Of its picture, as they are in the file. */
  readonly frames: number;
  /** Of all its renditions together. */
  readonly outputBytes: number;
}

/** Half a day, at 120 frames a second; the whole ladder of a film that long has 90 GB. */
export const usualItemLimits: ItemLimits = {
  durationSeconds: 12 * 60 * 60,
  frames: 5_200_000,
  outputBytes: 100 * 2 ** 30,
};

const tooLarge = (code: CodeOf<'too-large'>, message: string, found: number, most: number) =>
  new MediaFlowError('too-large', code, message, { found, most });

/** Throws `too_long`, `too_many_frames`. By what is there, not by what the file says. */
export function checkExtent({ durationSeconds, video }: MediaProbe, limits: ItemLimits): void {
  if (durationSeconds > limits.durationSeconds)
    throw tooLarge(
      'too_long',
      `It lasts ${Math.round(durationSeconds)} s; at most ${limits.durationSeconds} s are taken.`,
      durationSeconds,
      limits.durationSeconds,
    );
  const frames = video?.frameCount ?? 0;
  if (frames > limits.frames)
    throw tooLarge(
      'too_many_frames',
      `It has ${frames} frames; at most ${limits.frames} are taken.`,
      frames,
      limits.frames,
    );
}

/** Throws `too_much_output` when what is to be made of a file would take more space than one item may have. */
export function checkOutput(
  ladder: {
    readonly rungs: readonly Pick<Rung, 'bitrateBps'>[];
    readonly audio: AudioRung | null;
    readonly durationSeconds: number;
  },
  limits: ItemLimits,
): void {
  const bitrateBps = ladder.rungs.reduce((sum, rung) => sum + rung.bitrateBps, ladder.audio?.bitrateBps ?? 0);
  const bytes = Math.round((bitrateBps * ladder.durationSeconds) / 8);
  if (bytes > limits.outputBytes)
    throw tooLarge(
      'too_much_output',
      `Its renditions would have ${bytes} bytes; at most ${limits.outputBytes} are made of one file.`,
      bytes,
      limits.outputBytes,
    );
}

/** Each rung's folder, playlist and init segment among them; a minute of a film has ten segments. */
const fewestEntries = 1000;
const leastBytes = 256 * 2 ** 20;

/**
 * What the folder of a ladder may hold while it is made: twice of what it has at its peaks all along, with room for what
 * is short, and never more than an item may have.
 */
export function mostOfLadder(
  ladder: Pick<TranscodeRequest, 'rungs' | 'audio' | 'durationSeconds'>,
  limits: ItemLimits,
): { readonly bytes: number; readonly entries: number } {
  const seconds = longestShownSeconds(ladder.durationSeconds);
  const peakBps = ladder.rungs.reduce(
    (sum, rung) => sum + rung.peakBitrateBps,
    ladder.audio?.bitrateBps ?? 0,
  );
  const segments = (ladder.rungs.length + 1) * (seconds / segmentSeconds);
  return {
    bytes: Math.min(limits.outputBytes, leastBytes + (peakBps / 8) * seconds * 2),
    entries: fewestEntries + Math.ceil(segments * 2),
  };
}
