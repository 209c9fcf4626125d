import type { RowsOf } from './index.js';

/** Whether a viewer has done anything with an item. */
export const hasSeen = (rowsOf: RowsOf, userId: unknown, mediaId: unknown): boolean =>
  rowsOf('viewer_activity').some((row) => row.user_id === userId && row.media_id === mediaId);
