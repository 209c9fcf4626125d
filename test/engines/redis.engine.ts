import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engine } from '../support/engines.js';

const client = () => createClient({ url: engine('redis').REDIS_URL });
let redis: ReturnType<typeof client>;
beforeAll(async () => {
  redis = client();
  await redis.connect();
});
afterAll(() => redis?.close());

it('Redis keeps a value for as long as it is told to, and runs a script on it', async () => {
  const key = `smoke:${randomUUID()}`;
  await redis.set(key, 'one', { expiration: { type: 'PX', value: 60_000 } });
  expect(await redis.pTTL(key)).toBeGreaterThan(0);
  expect(await redis.eval("return redis.call('GET', KEYS[1])", { keys: [key] })).toBe('one');
  await redis.del(key);
  expect(await redis.get(key)).toBeNull();
});
