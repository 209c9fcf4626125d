import { longestRunSeconds } from '../wall-clock.js';

const startSeconds = 300;
/** A machine that needs longer for a second of sound than it lasts twice is not coming back. */
const slowest = 2;

export const soundWallClock = (durationSeconds: number): number =>
  Math.min(longestRunSeconds, Math.ceil(startSeconds + durationSeconds * slowest));

/** Of one rung as one file: encoders keep to a bitrate by and large, not at once. */
export const largestSoundBytes = (bitrateBps: number, durationSeconds: number): number =>
  Math.ceil(4 * 2 ** 20 + (bitrateBps / 8) * durationSeconds * 2);
