import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HALF_LIFE_HOURS, INTEREST_UNIT, interestOf, PERIOD_HOURS } from '../../src/core/fading-interest.js';

const hours = (instant: string): number => Date.parse(instant) / 3_600_000;
const instants = fc.date({ min: new Date('1970-01-01'), max: new Date('2400-01-01'), noInvalidDate: true });

test('a day makes interest worth half, counted from any time', () => {
  fc.assert(
    fc.property(instants, fc.nat(20), (date, weight) => {
      const at = date.toISOString();
      const interest = interestOf(weight, at);
      const sinceStart = hours(at) - hours(interest.periodStart);
      expect(sinceStart).toBeGreaterThanOrEqual(0);
      expect(sinceStart).toBeLessThan(PERIOD_HOURS);
      const worthThen = (interest.weight / INTEREST_UNIT) * 0.5 ** (sinceStart / HALF_LIFE_HOURS);
      expect(worthThen).toBeCloseTo(weight, 2);
    }),
  );
});

test('is a whole number far below what sums of them can hold', () => {
  fc.assert(
    fc.property(instants, (date) => {
      const { weight } = interestOf(3, date.toISOString());
      expect(Number.isInteger(weight)).toBe(true);
      // A thousand million of them in one period are exact in PostgreSQL's bigint.
      expect(BigInt(weight) * 1_000_000_000n < 2n ** 63n).toBe(true);
    }),
  );
});
