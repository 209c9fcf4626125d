import type { StepWeight } from './step-row.js';

/** From this length on, work on a video is long: clips do not wait for its end. */
const LONG_FROM_SECONDS = 600;
const MOST_PATIENCE_SECONDS = 600;

/** Longer videos let shorter ones that come later go first: a clip of 30 s for half a minute, a film of 2 h for 7. */
export const weightOf = (durationSeconds: number): StepWeight => ({
  patienceSeconds: Math.min(MOST_PATIENCE_SECONDS, Math.round(5 * Math.sqrt(durationSeconds))),
  long: durationSeconds >= LONG_FROM_SECONDS,
});
