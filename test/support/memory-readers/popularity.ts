import type { PopularItem, PopularityReader } from '../../../src/core/readers/popularity.js';
import { tasteOf } from '../../../src/core/viewer-taste.js';
import type { RowsOf } from './index.js';
import { isOfType } from './of-type.js';
import { doingsIn } from './viewer-activity.js';

export function createPopularityReader(rowsOf: RowsOf): PopularityReader {
  const weightOf = (mediaId: unknown) =>
    Number(rowsOf('media_popularity').find((row) => row.media_id === mediaId)?.weight ?? 0);
  const peopleOf = (mediaId: unknown) =>
    rowsOf('viewer_activity').filter((row) => row.media_id === mediaId && tasteOf(doingsIn(row)) > 0).length;
  const published = () => rowsOf('media_library').filter((row) => row.status === 'published');
  return {
    async mostPopular(type, limit) {
      return published()
        .filter((row) => isOfType(row, type))
        .map((row) => ({ row, weight: Math.max(0, weightOf(row.media_id)) }))
        .toSorted(
          (a, b) => b.weight - a.weight || (String(a.row.created_at) < String(b.row.created_at) ? 1 : -1),
        )
        .slice(0, limit)
        .map(
          ({ row }) =>
            ({
              ...{ mediaId: row.media_id, type: row.type ?? null, people: peopleOf(row.media_id) },
              ...{ publishedAt: row.published_at ?? null },
              tags: [row.tags, row.detected_tags ?? []].flat(),
            }) as unknown as PopularItem,
        );
    },
    async standing(type) {
      const rows = published().filter((row) => isOfType(row, type));
      return JSON.stringify(rows.map((row) => [row.media_id, row.updated_at]));
    },
    async published(mediaIds) {
      return published()
        .map((row) => String(row.media_id))
        .filter((mediaId) => mediaIds.includes(mediaId));
    },
    async describedOf(mediaIds) {
      return published()
        .filter((row) => mediaIds.includes(String(row.media_id)))
        .map((row) => ({
          ...{ mediaId: String(row.media_id), title: String(row.title) },
          tags: [row.tags, row.detected_tags ?? []].flat() as string[],
        }));
    },
  };
}
