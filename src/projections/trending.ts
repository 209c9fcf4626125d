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

/** Interest by item and hour; the query lets older hours fade. */
export const trending: Projection<ViewerEvent> = {
  name: 'trending',
  version: 1,
  tables: { trending: ['media_id', 'hour'] },
  on: {
    InteractionRecorded: ({ data }) =>
      WEIGHT[data.type] === 0
        ? []
        : [
            {
              increment: 'trending',
              key: { media_id: data.mediaId, hour: `${data.occurredAt.slice(0, 13)}:00:00.000Z` },
              by: { weight: WEIGHT[data.type] },
            },
          ],
  },
};
