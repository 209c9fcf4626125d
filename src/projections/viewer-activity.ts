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
  version: 1,
  tables: { viewer_activity: ['user_id', 'media_id'] },
  on: {
    InteractionRecorded: ({ data }) => {
      const table = 'viewer_activity';
      const key = { user_id: data.userId, media_id: data.mediaId };
      const counted = COUNTED[data.type];
      const operations: RowOperation[] = [
        // An increment by nothing makes the row, for the patch below to fill.
        { increment: table, key, by: counted ? { [counted]: 1 } : { plays: 0 } },
        {
          patch: table,
          key,
          row: {
            last_at: data.occurredAt,
            ...(data.type === 'progress' ? { progress: data.value } : {}),
            ...(data.type === 'rate' ? { rating: data.value } : {}),
          },
        },
      ];
      return operations;
    },
  },
};
