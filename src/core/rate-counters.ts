/** How often something may be done: so many times at once, and one more each time so many seconds have passed. */
export interface Allowance {
  readonly atOnce: number;
  readonly secondsEach: number;
}

export interface Taken {
  readonly isAllowed: boolean;
  /** After which one more is; 0 when this one was. */
  readonly retryAfterSeconds: number;
}

/** Counts what callers do. Of callers that have been quiet for long nothing is known, and nothing needs to be. */
export interface RateCounters {
  /** Counts one more under a name, if it is allowed. Throws `unavailable` when it cannot be asked. */
  take(name: string, allowance: Allowance): Promise<Taken>;
}

/**
 * The generic cell rate algorithm (ITU-T I.371): all that has to be known of a caller is when it would have all of its
 * allowance again. `fullAt` and `now` in milliseconds of the same clock.
 */
export function takeAt(
  fullAt: number,
  now: number,
  { atOnce, secondsEach }: Allowance,
): Taken & { readonly fullAt: number } {
  const each = secondsEach * 1000;
  const wait = Math.max(fullAt, now) - now - (atOnce - 1) * each;
  return wait > 0
    ? { isAllowed: false, retryAfterSeconds: wait / 1000, fullAt }
    : { isAllowed: true, retryAfterSeconds: 0, fullAt: Math.max(fullAt, now) + each };
}
