import { addSeconds, type Instant, secondsBetween } from './time.js';

const EPOCH: Instant = '1970-01-01T00:00:00.000Z';

/** Interest halves in this time. */
export const HALF_LIFE_HOURS = 24;
/** Of older interest less than one in 65,536 is left, which nobody needs to read. */
export const PERIOD_HOURS = 16 * HALF_LIFE_HOURS;
/** Whole numbers of this, because their sums come out the same in any order. */
export const INTEREST_UNIT = 1024;

export interface PeriodInterest {
  readonly periodStart: Instant;
  /** What it would be worth at the beginning of the period, so the later the more; in units. */
  readonly weight: number;
}

/**
 * Forward decay (Cormode, Shkapenyuk, Srivastava and Xu: Forward Decay, ICDE 2009): instead of making what is old lighter
 * as time goes by, what is new is made heavier when it comes, by how far it lies behind a fixed beginning. Sums of a
 * period then stay in the order that they have at any time, and need not be counted anew to be compared.
 */
export function interestOf(weight: number, at: Instant): PeriodInterest {
  const hours = secondsBetween(EPOCH, at) / 3600;
  const start = Math.floor(hours / PERIOD_HOURS) * PERIOD_HOURS;
  return {
    periodStart: addSeconds(EPOCH, start * 3600),
    weight: Math.round(weight * INTEREST_UNIT * 2 ** ((hours - start) / HALF_LIFE_HOURS)),
  };
}
