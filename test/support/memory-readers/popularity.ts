import type { PopularItem, PopularityReader } from '../../../src/core/readers/popularity.js';
import type { RowsOf } from './index.js';
import { isOfType } from './of-type.js';

export function createPopularityReader(rowsOf: RowsOf): PopularityReader {
  const weightOf = (mediaId: unknown) =>
    Number(rowsOf('media_popularity').find((row) => row.media_id === mediaId)?.weight ?? 0);
  return {
    async mostPopular(type, limit) {
      return rowsOf('media_library')
        .filter((row) => row.status === 'published' && isOfType(row, type))
        .map((row) => ({ row, popularity: Math.max(0, weightOf(row.media_id)) }))
        .toSorted(
          (a, b) =>
            b.popularity - a.popularity || (String(a.row.created_at) < String(b.row.created_at) ? 1 : -1),
        )
        .slice(0, limit)
        .map(
          ({ row, popularity }) =>
            ({
              ...{ mediaId: row.media_id, type: row.type ?? null, popularity },
              tags: [row.tags, row.detected_tags ?? []].flat(),
            }) as unknown as PopularItem,
        );
    },
  };
}
