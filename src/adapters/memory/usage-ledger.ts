import type { DailyUsage, UsageLedger } from '../../core/inference/usage-ledger.js';

/** The usage of providers in the memory of one process. */
export function createMemoryUsageLedger(): UsageLedger {
  const taken = new Map<string, number>();
  const usage = new Map<string, DailyUsage>();
  const order = ({ provider, model, task }: DailyUsage) => [provider, model, task].join('\u0000');

  return {
    async take({ provider, day, items, limit }) {
      const all = (taken.get(`${day} ${provider}`) ?? 0) + items;
      if (all > limit) return undefined;
      taken.set(`${day} ${provider}`, all);
      return all;
    },
    async giveBack({ provider, day, items }) {
      taken.set(`${day} ${provider}`, Math.max(0, (taken.get(`${day} ${provider}`) ?? 0) - items));
    },
    async add(more) {
      const key = `${more.day} ${order(more)}`;
      const known = usage.get(key) ?? {
        ...more,
        requests: 0,
        items: 0,
        inputTokens: 0,
        outputTokens: 0,
        costMicros: 0,
      };
      usage.set(key, {
        ...known,
        requests: known.requests + more.requests,
        items: known.items + more.items,
        inputTokens: known.inputTokens + more.inputTokens,
        outputTokens: known.outputTokens + more.outputTokens,
        costMicros: known.costMicros + more.costMicros,
      });
    },
    async between(from, to) {
      return [...usage.values()]
        .filter(({ day }) => day >= from && day <= to)
        .toSorted((one, other) =>
          one.day === other.day ? (order(one) < order(other) ? -1 : 1) : one.day < other.day ? 1 : -1,
        );
    },
  };
}
