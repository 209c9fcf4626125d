import type { Projection } from '../core/projection.js';
import type { RecommendationEvent } from '../domain/recommendation/recommendation.js';

/** The newest list of every viewer. What may be shown of it is decided when it is served. */
export const recommendations: Projection<RecommendationEvent> = {
  name: 'recommendations',
  version: 1,
  tables: { recommendations: ['user_id'] },
  on: {
    RecommendationGenerated: ({ data, metadata }) => [
      {
        put: 'recommendations',
        key: { user_id: data.userId },
        row: {
          request_id: data.requestId,
          ranking: data.ranking,
          items: data.items,
          generated_at: metadata.occurredAt,
        },
      },
    ],
  },
};
