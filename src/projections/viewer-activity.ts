import type { Projection, RowOperation } from '../core/projection.js';
import type { InteractionType, ViewerEvent } from '../domain/viewer/viewer.js';

const COUNTED: Partial<Record<InteractionType, string>> = {
  play: 'plays',
  complete: 'completes',
  like: 'likes',
  dislike: 'dislikes',
};

const NOTHING_COUNTED = { plays: 0, completes: 0, likes: 0, dislikes: 0 };

/** What each viewer did with each item: the recommender's food. */
export const viewerActivity: Projection<ViewerEvent> = {
  name: 'viewer-activity',
  version: 3,
  tables: { viewer_activity: ['user_id', 'media_id'] },
  on: {
    ViewerForgotten: ({ data }) => [{ remove: 'viewer_activity', key: { user_id: data.userId } }],
    InteractionRecorded: ({ data }) => {
      const table = 'viewer_activity';
      const key = { user_id: data.userId, media_id: data.mediaId };
      const at = data.occurredAt;
      const counted = COUNTED[data.type];
      const operations: RowOperation[] = [
        // An increment by nothing makes the row, for the patches below to fill. All columns, so that one statement
        // writes a batch, whatever was done in it.
        { increment: table, key, by: { ...NOTHING_COUNTED, ...(counted && { [counted]: 1 }) } },
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
