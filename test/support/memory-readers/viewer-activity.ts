import { mediaKinds } from '../../../src/core/media-kind.js';
import type { Row } from '../../../src/core/projection.js';
import type { ViewerActivityReader, ViewerTaste } from '../../../src/core/readers/viewer-activity.js';
import type { RowsOf } from './index.js';

function tasteOf(row: Row): ViewerTaste {
  const of = (column: string) => Number(row[column] ?? 0);
  const rating = row.rating == null ? 0 : ((of('rating') - 2.5) / 2.5) * 1.5;
  return {
    userId: String(row.user_id),
    mediaId: String(row.media_id),
    weight:
      0.3 * Math.min(of('plays'), 3) +
      of('completes') +
      1.5 * of('likes') -
      2 * of('dislikes') +
      0.5 * of('progress') +
      rating,
  };
}

const newestFirst = (a: Row, b: Row) => (String(a.last_at ?? '') < String(b.last_at ?? '') ? 1 : -1);

export function createViewerActivityReader(rowsOf: RowsOf): ViewerActivityReader {
  const activityOf = (userId: string) =>
    rowsOf('viewer_activity')
      .filter((row) => row.user_id === userId)
      .toSorted(newestFirst);
  const othersOf = (mediaId: unknown, userId: string) =>
    rowsOf('viewer_activity')
      .filter((row) => row.media_id === mediaId && row.user_id !== userId)
      .map((row) => String(row.user_id))
      // In one order for all items, so that their samples are the same people.
      .toSorted();

  return {
    async tastesAround(userId, { coWatchers, watchersAnItem, tastesAViewer }) {
      const own = activityOf(userId);
      const shared = new Set(own.slice(0, tastesAViewer).map((row) => row.media_id));
      const sharedBy = new Map<string, number>();
      for (const mediaId of shared)
        for (const other of othersOf(mediaId, userId).slice(0, watchersAnItem))
          sharedBy.set(other, (sharedBy.get(other) ?? 0) + 1);
      const near = [...sharedBy].toSorted(([, a], [, b]) => b - a).slice(0, coWatchers);
      const theirs = near.flatMap(([other]) =>
        activityOf(other)
          .toSorted((a, b) => Number(shared.has(b.media_id)) - Number(shared.has(a.media_id)))
          .slice(0, tastesAViewer),
      );
      return [...own, ...theirs].map(tasteOf);
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
            .reduce((sum, row) => sum + Math.max(0, tasteOf(row).weight), 0),
        }))
        .filter(({ weight }) => weight > 0);
    },
  };
}
