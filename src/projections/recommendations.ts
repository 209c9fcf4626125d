import type { Projection, Row, RowOperation } from '../core/projection.js';
import type { RecommendationEvent } from '../domain/recommendation/recommendation.js';

const request = (requestId: string, row: Row): RowOperation => ({
  patch: 'recommendation_requests',
  key: { request_id: requestId },
  row,
});

/** Every request with its answer, and the newest list of every viewer. What may be shown of it is decided when it is served. */
export const recommendations: Projection<RecommendationEvent> = {
  name: 'recommendations',
  version: 2,
  tables: { recommendations: ['user_id'], recommendation_requests: ['request_id'] },
  on: {
    RecommendationRequested: ({ data, metadata }) => [
      {
        put: 'recommendation_requests',
        key: { request_id: data.requestId },
        row: { user_id: data.userId, status: 'queued', requested_at: metadata.occurredAt },
      },
    ],
    RecommendationGenerated: ({ data, metadata, position }) => {
      const { ranking, items } = data;
      const generatedAt = metadata.occurredAt;
      return [
        {
          put: 'recommendations',
          key: { user_id: data.userId },
          row: { request_id: data.requestId, ranking, items, generated_at: generatedAt },
        },
        request(data.requestId, {
          ...{ status: 'done', ranking, items, ended_at: generatedAt, position },
          ...{ failure: null, retry_at: null },
        }),
      ];
    },
    RecommendationAttemptFailed: ({ data }) => [
      request(data.requestId, {
        failure: { code: data.code, message: data.message },
        retry_at: data.retryAt,
      }),
    ],
    RecommendationFailed: ({ data, metadata, position }) => [
      request(data.requestId, {
        ...{ status: 'failed', ended_at: metadata.occurredAt, position },
        ...{ failure: { code: data.code, message: data.message }, retry_at: null },
      }),
    ],
  },
};
