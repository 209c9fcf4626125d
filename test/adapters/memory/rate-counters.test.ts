import { createMemoryRateCounters } from '../../../src/adapters/memory/rate-counters.js';
import { rateCountersContract } from '../../contracts/rate-counters.contract.js';

let now = 0;
rateCountersContract('rate counters in this process', {
  async open() {
    const counters = createMemoryRateCounters(() => now);
    return [counters, counters];
  },
  pass(seconds) {
    now += seconds * 1000;
  },
});
