import { beforeEach, describe, expect, test } from 'vitest';
import type { DailyUsage, UsageLedger } from '../../src/core/inference/usage-ledger.js';

const day = '2026-11-30';
const used: DailyUsage = {
  ...{ day, task: 'tagFrames', provider: 'p', model: 'm' },
  ...{ requests: 1, items: 20, inputTokens: 7, outputTokens: 3, costMicros: 400 },
};

/** What every ledger of usage promises; `open` gives an empty one. */
export function describeUsageLedger(name: string, open: () => Promise<UsageLedger>): void {
  describe(`${name}, as a ledger of usage`, () => {
    let ledger: UsageLedger;
    beforeEach(async () => {
      ledger = await open();
    });
    const take = (items: number, limit = 100, of = { provider: 'p', day }) =>
      ledger.take({ ...of, items, limit });

    test('takes up to the limit of a day, and nothing of what would be more', async () => {
      expect([await take(60), await take(50), await take(40), await take(1)]).toEqual([
        60,
        undefined,
        100,
        undefined,
      ]);
      expect(await take(101, 100, { provider: 'q', day })).toBeUndefined();
    });

    test('has an allowance for each provider, and a new one every day', async () => {
      await take(100);
      expect(await take(5, 100, { provider: 'q', day })).toBe(5);
      expect(await take(7, 100, { provider: 'p', day: '2026-12-01' })).toBe(7);
    });

    test('lets many at once take no more than there is', async () => {
      const taken = await Promise.all(Array.from({ length: 30 }, () => take(7)));
      expect(taken.filter((all) => all !== undefined)).toHaveLength(14);
    });

    test('gives back what was not asked for', async () => {
      await take(90);
      await ledger.giveBack({ provider: 'p', day, items: 50 });
      expect(await take(60)).toBe(100);
      await ledger.giveBack({ provider: 'p', day, items: 1000 });
      expect(await take(100)).toBe(100);
    });

    test('adds up what was used, by day, provider, model and task, the newest day first', async () => {
      await ledger.add(used);
      await ledger.add({ ...used, items: 5, costMicros: 100 });
      await ledger.add({ ...used, model: 'a' });
      await ledger.add({ ...used, day: '2026-12-01', task: 'moderateFrames' });
      await ledger.add({ ...used, day: '2026-11-01' });
      expect(await ledger.between('2026-11-02', '2026-12-01')).toEqual([
        { ...used, day: '2026-12-01', task: 'moderateFrames' },
        { ...used, model: 'a' },
        { ...used, requests: 2, items: 25, inputTokens: 14, outputTokens: 6, costMicros: 500 },
      ]);
      expect(await ledger.between('2026-11-01', '2026-11-01')).toEqual([{ ...used, day: '2026-11-01' }]);
    });
  });
}
