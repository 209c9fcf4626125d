import type { RunningAttempt } from './attempt.js';

export interface OverlongOptions {
  /** A short job that runs for so long counts as long from then on, and in its next attempt. */
  readonly countsAsLongAfterSeconds: number;
  /** So long it may stay in the slot that is kept for short ones. */
  readonly mostExtraSeconds: number;
}

/**
 * Watches a job that is said to be short until the returned function is called: what a file says of itself is no
 * measure of the work it makes.
 */
export function watchLength(
  attempt: RunningAttempt,
  options: OverlongOptions & {
    readonly isInExtraSlot: () => boolean;
    readonly onLong: () => Promise<void>;
  },
): () => void {
  if (attempt.job.long) return () => {};
  const timers = [
    setTimeout(() => options.onLong(), options.countsAsLongAfterSeconds * 1000),
    setTimeout(async () => {
      if (!options.isInExtraSlot()) return;
      await options.onLong();
      attempt.abort('overstayed');
    }, options.mostExtraSeconds * 1000),
  ];
  return () => timers.forEach(clearTimeout);
}
