import type { JsonObject } from '../../../src/core/json.js';
import type { Row } from '../../../src/core/projection.js';
import type {
  RecommendationList,
  RecommendationRequest,
  RecommendationsReader,
  RecommendedItem,
} from '../../../src/core/readers/recommendations.js';
import type { RowsOf } from './index.js';
import { hasSeen } from './seen.js';

export function createRecommendationsReader(rowsOf: RowsOf): RecommendationsReader {
  const published = (mediaId: unknown) =>
    rowsOf('media_library').find((row) => row.media_id === mediaId && row.status === 'published');

  function itemsOf(list: Row): RecommendedItem[] {
    const items = (list.items ?? []) as JsonObject[];
    return items.flatMap(({ mediaId, score, reason, because }) => {
      const item = published(mediaId);
      return item === undefined || hasSeen(rowsOf, list.user_id, mediaId)
        ? []
        : [
            {
              ...{ mediaId, title: item.title, type: item.type ?? null, score, reason },
              becauseTitle: published(because)?.title ?? null,
            } as unknown as RecommendedItem,
          ];
    });
  }

  const namesIn = (list: Row): unknown[] => {
    const items = (list.items ?? []) as JsonObject[];
    return [...new Set(items.flatMap(({ mediaId, because }) => [mediaId, because ?? []].flat()))];
  };

  return {
    async newestList(userId, asked) {
      const list = rowsOf('recommendations').find((row) => row.user_id === userId && row.list === asked);
      return (
        list &&
        ({
          ...{
            requestId: list.request_id,
            type: list.type ?? null,
            ranking: list.ranking,
            generatedAt: list.generated_at,
          },
          items: itemsOf(list),
          names: namesIn(list),
        } as unknown as RecommendationList)
      );
    },
    async request(requestId) {
      const row = rowsOf('recommendation_requests').find((each) => each.request_id === requestId);
      return (
        row &&
        ({
          ...{
            userId: row.user_id,
            status: row.status,
            type: row.type ?? null,
            items: itemsOf(row),
            ranking: row.ranking ?? null,
          },
          ...{ failure: row.failure ?? null, requestedAt: row.requested_at, retryAt: row.retry_at ?? null },
          ...{ endedAt: row.ended_at ?? null, position: row.position ?? null },
        } as unknown as RecommendationRequest)
      );
    },
  };
}
