import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../../../src/adapters/redis/connection/open-redis.js';
import { createRedisRateCounters } from '../../../src/adapters/redis/rate-counters/rate-counters.js';
import { silentLogger } from '../../../src/core/logger.js';
import { rateCountersContract } from '../../contracts/rate-counters.contract.js';
import { openTestRedis } from '../../support/redis.js';

const PREFIX = `test:${randomUUID()}:`;
const ALLOWANCE = { atOnce: 1, secondsEach: 600 };
const server = await openTestRedis();
const redis = openRedis({ url: server.url, logger: silentLogger, patienceMilliseconds: 5_000 });
const answers = () =>
  redis.ping().then(
    () => true,
    () => false,
  );
beforeAll(async () => {
  while (!(await answers())) await delay(10);
});
afterAll(async () => {
  await redis.close();
  await server.forget(PREFIX);
  await server.close();
});

let opened = 0;
const open = () => createRedisRateCounters({ redis, prefix: `${PREFIX}${++opened}:` });

rateCountersContract('rate counters in Redis', {
  async open() {
    const prefix = `${PREFIX}${++opened}:`;
    return [createRedisRateCounters({ redis, prefix }), createRedisRateCounters({ redis, prefix })];
  },
  pass: (seconds) => delay(seconds * 1000),
});

test.each([
  ['a list', (key: string) => server.client.lPush(key, 'x')],
  ['no number', (key: string) => server.client.set(key, 'x')],
  ['a time in a thousand years', (key: string) => server.client.set(key, '33000000000000')],
])('a caller under whose key lies %s is counted from now on', async (_, spoil) => {
  const counters = open();
  await spoil(`${PREFIX}${opened}:rate:a`);
  expect((await counters.take('a', ALLOWANCE)).isAllowed).toBe(true);
  expect((await counters.take('a', ALLOWANCE)).isAllowed).toBe(false);
});

test('what is known of a caller goes when there is nothing to know any more', async () => {
  await open().take('a', ALLOWANCE);
  const left = await server.client.pTTL(`${PREFIX}${opened}:rate:a`);
  expect(left).toBeGreaterThan(500_000);
  expect(left).toBeLessThanOrEqual(600_000);
});
