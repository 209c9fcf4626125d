import type { Redis } from '../../adapters/redis/connection/open-redis.js';
import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { Config } from '../config.js';
import type { HealthCheck } from '../http/health.js';
import type { Closers } from './closers.js';

/** The connection to Redis, where the configuration names one; whether anybody answers there shows later. */
export async function openRedis(options: {
  readonly config: Pick<Config, 'redisUrl'>;
  readonly logger: Logger;
  readonly closers: Closers;
}): Promise<Redis | undefined> {
  const { config, logger, closers } = options;
  if (config.redisUrl === undefined) return undefined;
  const adapter = await import('../../adapters/redis/connection/open-redis.js');
  const redis = adapter.openRedis({ url: config.redisUrl, logger });
  closers.add('Redis connection', () => redis.close());
  return redis;
}

/** Without it everything works, slower. */
export const redisCheck =
  (redis: Redis): HealthCheck =>
  async () => {
    try {
      await redis.ping();
      return { status: 'ok' };
    } catch (error) {
      return { status: 'degraded', detail: `${messageOf(error)}: answers are worked out without it` };
    }
  };
