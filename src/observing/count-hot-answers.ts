import type { Measures } from './observing.js';

type Hit = 'early' | 'local' | 'shared';
type Miss = 'worked_out' | 'not_sure';

/** Where an answer to a hot question came from. */
export const countHotAnswer =
  (metrics: Measures) =>
  (outcome: Hit | Miss): void => {
    if (outcome === 'worked_out' || outcome === 'not_sure')
      metrics.add('cache_misses_total', { cache: 'hot_answers', reason: outcome });
    else metrics.add('cache_hits_total', { cache: 'hot_answers', tier: outcome });
  };
