import { createMemoryHotViews } from '../../adapters/memory/hot-views.js';
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

/** What this process has at hand; a process that answers nothing keeps nothing. */
export function openHotViews(options: {
  readonly config: Pick<Config, 'hotViews'>;
  readonly roles: ReadonlySet<Role>;
  readonly storage: Pick<Storage, 'viewNews'>;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
  readonly count: (outcome: HotOutcome) => void;
}): OpenHotViews {
  const { config, roles, storage, logger, stopping, count } = options;
  const { maximumBytes } = config.hotViews;
  if (!roles.has('query') || maximumBytes === 0) return { answers: nothingAtHand, told: [] };
  const nowMilliseconds = () => performance.now();
  const local = createMemoryHotViews({ maximumBytes, nowMilliseconds });
  const views = followViews({
    ...{ news: storage.viewNews, local, logger, nowMilliseconds },
    ...{ clock: systemClock, signal: stopping },
  });
  return {
    answers: createHotAnswers({ local, views, count, logger, nowMilliseconds }),
    told: [local],
  };
}
