import { mediaKinds } from '../../../src/core/media-kind.js';
import type { Row } from '../../../src/core/projection.js';
import type { DoingsOfSomebody, ViewerActivityReader } from '../../../src/core/readers/viewer-activity.js';
import { tasteOf } from '../../../src/core/viewer-taste.js';
import type { RowsOf } from './index.js';

export function doingsIn(row: Row): DoingsOfSomebody {
  const of = (column: string) => Number(row[column] ?? 0);
  const orNull = (column: string) => (row[column] == null ? null : of(column));
  return {
    ...{ userId: String(row.user_id), mediaId: String(row.media_id) },
    ...{ plays: of('plays'), completes: of('completes'), likes: of('likes'), dislikes: of('dislikes') },
    ...{ progress: orNull('progress'), rating: orNull('rating') },
  };
}

const newestFirst = (a: Row, b: Row) => (String(a.last_at ?? '') < String(b.last_at ?? '') ? 1 : -1);

export function createViewerActivityReader(rowsOf: RowsOf): ViewerActivityReader {
  const activityOf = (userId: string) =>
    rowsOf('viewer_activity')
      .filter((row) => row.user_id === userId)
      .toSorted(newestFirst);

  return {
    async doingsOf(userId) {
      return activityOf(userId).map((row) => {
        const { userId: _, ...doings } = doingsIn(row);
        return doings;
      });
    },

    async everything(onPage, signal) {
      signal?.throwIfAborted();
      onPage(rowsOf('viewer_activity').map(doingsIn));
      return { position: '' };
    },

    async size() {
      return rowsOf('viewer_activity').length;
    },

    async interestByKind(userId, items) {
      const newest = activityOf(userId).slice(0, items);
      const kindOf = (mediaId: unknown) =>
        rowsOf('media_library').find((row) => row.media_id === mediaId)?.type;
      return mediaKinds
        .map((kind) => ({
          kind,
          weight: newest
            .filter((row) => kindOf(row.media_id) === kind)
            .reduce((sum, row) => sum + Math.max(0, tasteOf(doingsIn(row))), 0),
        }))
        .filter(({ weight }) => weight > 0);
    },
  };
}
