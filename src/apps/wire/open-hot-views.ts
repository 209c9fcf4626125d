import { createMemoryHotViews } from '../../adapters/memory/hot-views.js';
import type { Redis } from '../../adapters/redis/connection/open-redis.js';
import { type HotAnswers, nothingAtHand } from '../../core/hot-answers.js';
import type { HotViews } from '../../core/hot-views.js';
import type { Logger } from '../../core/logger.js';
import { systemClock } from '../../runtime/clock.js';
import { followViews } from '../../runtime/hot-views/follow-views.js';
import { createHotAnswers, type HotOutcome } from '../../runtime/hot-views/hot-answers.js';
import type { Config } from '../config.js';
import type { Role } from '../roles.js';
import type { Storage } from './open-storage.js';

export interface OpenHotViews {
  readonly answers: HotAnswers;
  /** Who is told of what changes, before it does. */
  readonly told: readonly HotViews[];
}

interface HotViewOptions {
  readonly config: Pick<Config, 'hotViews'>;
  readonly roles: ReadonlySet<Role>;
  readonly storage: Pick<Storage, 'viewNews' | 'identity'>;
  readonly redis: Redis | undefined;
  /** Of the release: another one may answer in other words. */
  readonly version: string;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
  readonly count: (outcome: HotOutcome) => void;
}

/** What this process has at hand, and where it looks besides; a process that answers nothing keeps nothing. */
export async function openHotViews(options: HotViewOptions): Promise<OpenHotViews> {
  const { config, roles, storage, logger, stopping, count } = options;
  const shared = await openShared(options);
  const { maximumBytes } = config.hotViews;
  if (!roles.has('query') || maximumBytes === 0)
    return { answers: nothingAtHand, told: shared ? [shared] : [] };
  const nowMilliseconds = () => performance.now();
  const local = createMemoryHotViews({ maximumBytes, nowMilliseconds });
  const views = followViews({
    ...{ news: storage.viewNews, local, logger, nowMilliseconds },
    ...{ clock: systemClock, signal: stopping },
  });
  return {
    answers: createHotAnswers({ local, shared, views, count, logger, nowMilliseconds }),
    told: shared ? [local, shared] : [local],
  };
}

async function openShared({
  config,
  roles,
  storage,
  redis,
  version,
}: HotViewOptions): Promise<HotViews | undefined> {
  if (!redis || !(roles.has('query') || roles.has('projector'))) return undefined;
  const { createRedisHotViews } = await import('../../adapters/redis/hot-views/hot-views.js');
  const prefix = `${config.hotViews.prefix}${version}:${await storage.identity()}:`;
  return createRedisHotViews({ redis, prefix });
}
