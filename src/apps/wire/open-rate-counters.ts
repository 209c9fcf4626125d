import { createMemoryRateCounters } from '../../adapters/memory/rate-counters.js';
import type { Redis } from '../../adapters/redis/connection/open-redis.js';
import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { RateCounters } from '../../core/rate-counters.js';
import type { Config } from '../config.js';

/** Who counts callers: all processes together where they share Redis, each by itself while that does not answer. */
export async function openRateCounters(options: {
  readonly config: Pick<Config, 'hotViews'>;
  readonly redis: Redis | undefined;
  readonly logger: Logger;
}): Promise<RateCounters> {
  const { config, redis, logger } = options;
  const local = createMemoryRateCounters(() => performance.now());
  if (!redis) return local;
  const { createRedisRateCounters } = await import('../../adapters/redis/rate-counters/rate-counters.js');
  const shared = createRedisRateCounters({ redis, prefix: config.hotViews.prefix });
  return {
    take: (name, allowance) =>
      shared.take(name, allowance).catch((error: unknown) => {
        logger.debug({ error: messageOf(error) }, 'Callers are counted by this process alone');
        return local.take(name, allowance);
      }),
  };
}
