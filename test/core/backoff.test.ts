import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffSeconds } from '../../src/core/backoff.js';

const policy = { backoff: { firstSeconds: 2, maximumSeconds: 60 } };

test('the ceiling doubles with each attempt up to the maximum', () => {
  const ceilings = [1, 2, 3, 4, 5, 6, 7, 5000].map((attempt) => backoffSeconds(policy, attempt, () => 1));
  expect(ceilings).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
});

test('jitter is full: anything from nothing to the ceiling', () => {
  expect(backoffSeconds(policy, 3, () => 0)).toBe(0);
  expect(backoffSeconds(policy, 3, () => 0.25)).toBe(2);
});

test('the wait is finite and within its bounds for every policy, attempt and chance', () => {
  const positive = fc.double({ min: 0, max: 1e6, noNaN: true });
  const below1 = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      positive,
      positive,
      fc.integer({ min: 1, max: 1e6 }),
      below1,
      (first, maximum, attempt, r) => {
        const wait = backoffSeconds(
          { backoff: { firstSeconds: first, maximumSeconds: maximum } },
          attempt,
          () => r,
        );
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(maximum);
      },
    ),
  );
});
