import { describe, expect, test } from 'vitest';
import type { RateCounters } from '../../src/core/rate-counters.js';

const SELDOM = { atOnce: 5, secondsEach: 600 };

/** What whoever counts callers keeps to; `open` gives two that share what they know; `pass` lets time go by. */
export function rateCountersContract(
  adapter: string,
  harness: {
    open(): Promise<readonly [RateCounters, RateCounters]>;
    pass(seconds: number): Promise<void> | void;
  },
): void {
  describe(adapter, () => {
    test('a caller has its allowance at once, wherever it asks, and is told how long to wait for more', async () => {
      const [one, other] = await harness.open();
      for (let turn = 0; turn < 5; turn++)
        expect(await (turn % 2 ? one : other).take('a', SELDOM)).toEqual({
          ...{ isAllowed: true, retryAfterSeconds: 0 },
        });
      for (const counters of [one, other]) {
        const { isAllowed, retryAfterSeconds } = await counters.take('a', SELDOM);
        expect(isAllowed).toBe(false);
        expect(retryAfterSeconds).toBeGreaterThan(500);
        expect(retryAfterSeconds).toBeLessThanOrEqual(600);
      }
    });

    test('what one caller does takes nothing from another', async () => {
      const [counters] = await harness.open();
      for (let turn = 0; turn < 6; turn++) await counters.take('a', SELDOM);
      expect((await counters.take('b', SELDOM)).isAllowed).toBe(true);
    });

    test('of many who ask at once under one name so many are allowed as may be', async () => {
      const [one, other] = await harness.open();
      const asking = Array.from({ length: 40 }, (_, turn) => (turn % 2 ? one : other).take('a', SELDOM));
      const allowed = (await Promise.all(asking)).filter(({ isAllowed }) => isAllowed);
      expect(allowed).toHaveLength(5);
    });

    test('after the time that it is told a caller may do one more, which being refused before did not put off', async () => {
      const [counters] = await harness.open();
      const often = { atOnce: 2, secondsEach: 0.5 };
      let taken = await counters.take('a', often);
      while (taken.isAllowed) taken = await counters.take('a', often);
      for (let turn = 0; turn < 5; turn++) await counters.take('a', often);
      await harness.pass(taken.retryAfterSeconds + 0.002);
      expect((await counters.take('a', often)).isAllowed).toBe(true);
    });
  });
}
