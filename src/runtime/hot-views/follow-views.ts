import { messageOf } from '../../core/errors.js';
import type { LocalHotViews, ViewMark } from '../../core/hot-views.js';
import type { Logger } from '../../core/logger.js';
import { latest } from '../../core/position.js';
import type { ViewNews } from '../../core/view-news.js';
import type { Clock } from '../clock.js';

/** What this process knows of the views, as long as it is sure that it has missed nothing. */
export interface FollowedViews {
  isSure(): boolean;
  /** How far these views are, as far as is known; undefined while that may not be all there is to know. */
  marksOf(views: readonly string[]): readonly ViewMark[] | undefined;
  /** Another one than before when something may have been missed since. */
  losses(): number;
}

/** How often it is asked whether all has been heard, and for how long the answer counts. */
const ASK_MILLISECONDS = 500;
const SURE_MILLISECONDS = 2_000;
/** Nobody has wanted to know for so long: then it is not asked any more. */
const IDLE_MILLISECONDS = 5_000;

/**
 * Has `local` told of every change that is heard. A connection may have fallen silent without ending, so what is heard counts
 * only for a moment after all that was visible is known to have been heard, and that is asked while somebody wants to know.
 */
export function followViews(options: {
  readonly news: ViewNews;
  readonly local: LocalHotViews;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Milliseconds, from any beginning. */
  readonly nowMilliseconds: () => number;
  readonly signal: AbortSignal;
}): FollowedViews {
  const { news, local, logger, clock, nowMilliseconds, signal } = options;
  const marks = new Map<string, ViewMark>();
  let losses = 0;
  let sureUntil = Number.NEGATIVE_INFINITY;
  let wantedAt = Number.NEGATIVE_INFINITY;
  let isAsking = false;

  news.hear({
    onChanges(changes) {
      local.note(changes);
      for (const { view, rebuilds, to } of changes) {
        const known = marks.get(view);
        if (known && known.rebuilds > rebuilds) continue;
        const position = known?.rebuilds === rebuilds ? latest(known.position, to) : to;
        marks.set(view, { view, rebuilds, position });
      }
    },
    onLost() {
      losses++;
      sureUntil = Number.NEGATIVE_INFINITY;
      marks.clear();
      local.forgetAll();
    },
  });

  async function keepAsking(): Promise<void> {
    isAsking = true;
    while (!signal.aborted && nowMilliseconds() - wantedAt < IDLE_MILLISECONDS) {
      const askedAt = nowMilliseconds();
      const lossesBefore = losses;
      try {
        await news.catchUp();
        if (losses === lossesBefore) sureUntil = askedAt + SURE_MILLISECONDS;
      } catch (error) {
        logger.debug({ error: messageOf(error) }, 'It is not sure that all news of the views is heard');
      }
      await clock.sleep(ASK_MILLISECONDS / 1000, signal);
    }
    isAsking = false;
  }

  function isSure(): boolean {
    const now = nowMilliseconds();
    wantedAt = now;
    if (!isAsking && !signal.aborted) void keepAsking();
    return now < sureUntil;
  }

  return {
    isSure,
    losses: () => losses,
    marksOf(views) {
      if (!isSure()) return undefined;
      const known = views.flatMap((view) => marks.get(view) ?? []);
      return known.length === views.length ? known : undefined;
    },
  };
}
