import type { RateCounters } from '../../../core/rate-counters.js';
import { type Redis, script } from '../connection/open-redis.js';

/**
 * `takeAt` of the port, by the server's clock, which is the same for all who ask. KEYS: the caller. ARGV: how many at once, milliseconds each. Gives 0, or the milliseconds to wait.
 * What else lies under the key is nothing.
 */
const TAKE = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local text = redis.pcall('GET', KEYS[1])
local fullAt = math.max(type(text) == 'string' and tonumber(text) or now, now)
local each = tonumber(ARGV[2])
local wait = fullAt - now - (ARGV[1] - 1) * each
if wait > 0 and wait <= each then return math.ceil(wait) end
if wait > each then fullAt = now end
redis.call('SET', KEYS[1], string.format('%.0f', fullAt + each), 'PX', math.ceil(fullAt + each - now))
return 0
`);

/** What callers do with all processes that share it. */
export function createRedisRateCounters(options: {
  readonly redis: Redis;
  readonly prefix: string;
}): RateCounters {
  const { redis, prefix } = options;
  return {
    async take(name, { atOnce, secondsEach }) {
      const values = [String(atOnce), String(secondsEach * 1000)];
      const wait = await redis.run<number>(TAKE, [`${prefix}rate:${name}`], values);
      return { isAllowed: wait === 0, retryAfterSeconds: wait / 1000 };
    },
  };
}
