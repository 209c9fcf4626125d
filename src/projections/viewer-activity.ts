import type { Projection, RowOperation } from '../core/projection.js';
import type { InteractionType, ViewerEvent } from '../domain/viewer/viewer.js';

const COUNTED: Partial<Record<InteractionType, string>> = {
  play: 'plays',
  complete: 'completes',
  like: 'likes',
  dislike: 'dislikes',
};

/** What each viewer did with each item: the recommender's food. */
export const viewerActivity: Projection<ViewerEvent> = {
  name: 'viewer-activity',
  version: 2,
  tables: { viewer_activity: ['user_id', 'media_id'] },
  on: {
    InteractionRecorded: ({ data }) => {
      const table = 'viewer_activity';
      const key = { user_id: data.userId, media_id: data.mediaId };
      const at = data.occurredAt;
      const counted = COUNTED[data.type];
      const operations: RowOperation[] = [
        // An increment by nothing makes the row, for the patches below to fill.
        { increment: table, key, by: counted ? { [counted]: 1 } : { plays: 0 } },
        { patchIfNewer: table, key, by: 'last_at', row: { last_at: at } },
      ];
      // A device that was offline tells late what it did before another one did more.
      if (data.type === 'progress')
        operations.push({
          patchIfNewer: table,
          key,
          by: 'progress_at',
          row: { progress: data.value, progress_at: at },
        });
      if (data.type === 'rate')
        operations.push({
          patchIfNewer: table,
          key,
          by: 'rating_at',
          row: { rating: data.value, rating_at: at },
        });
      return operations;
    },
  },
};
