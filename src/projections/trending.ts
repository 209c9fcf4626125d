import { interestOf } from '../core/fading-interest.js';
import type { Projection } from '../core/projection.js';
import type { InteractionType, ViewerEvent } from '../domain/viewer/viewer.js';

/** How much an interaction says about present interest; a dislike takes some away. */
const WEIGHT: Record<InteractionType, number> = {
  play: 1,
  progress: 0,
  complete: 2,
  like: 3,
  dislike: -2,
  rate: 1,
};

/** Interest by item and period, in sums that say what is ahead now: see `interestOf`. */
export const trending: Projection<ViewerEvent> = {
  name: 'trending',
  version: 2,
  tables: { trending: ['media_id', 'period_start'] },
  on: {
    InteractionRecorded: ({ data, metadata }) => {
      if (WEIGHT[data.type] === 0) return [];
      // A client's clock that runs ahead makes nothing more interesting than what happens now.
      const at = data.occurredAt < metadata.occurredAt ? data.occurredAt : metadata.occurredAt;
      const { periodStart, weight } = interestOf(WEIGHT[data.type], at);
      return [
        { increment: 'trending', key: { media_id: data.mediaId, period_start: periodStart }, by: { weight } },
      ];
    },
  },
};
