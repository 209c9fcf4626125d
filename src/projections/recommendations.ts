import type { JsonObject } from '../core/json.js';
import type { Projection, Row, RowOperation } from '../core/projection.js';
import type { ListAsked } from '../core/readers/recommendations.js';
import type { RecommendationEvent } from '../domain/recommendation/recommendation.js';
import type { ViewerEvent } from '../domain/viewer/viewer.js';

type Request = Pick<RecommendationEvent['data'], 'userId' | 'requestId'>;
const keyOf = ({ userId, requestId }: Request): Row => ({ user_id: userId, request_id: requestId });

const request = (of: Request, row: Row): RowOperation => ({
  patch: 'recommendation_requests',
  key: keyOf(of),
  row,
});

type Generated = Extract<RecommendationEvent, { type: 'RecommendationGenerated' }>['data'];

/** Which lists it is the newest of: that of its type, and the viewer's own where nobody named a type. */
const listsOf = ({ type, isTypeChosen }: Generated): readonly ListAsked[] =>
  type === undefined ? ['own', 'any'] : isTypeChosen ? ['own', type] : [type];

/** Every request with its answer, and the newest list of every viewer, by what it is of. What may be shown of it is decided when it is served. */
export const recommendations: Projection<RecommendationEvent | ViewerEvent> = {
  name: 'recommendations',
  version: 4,
  tables: { recommendations: ['user_id', 'list'], recommendation_requests: ['user_id', 'request_id'] },
  on: {
    RecommendationRequested: ({ data, metadata }) => [
      {
        put: 'recommendation_requests',
        key: keyOf(data),
        row: { status: 'queued', type: data.type ?? null, requested_at: metadata.occurredAt },
      },
    ],
    RecommendationGenerated: ({ data, metadata, position }) => {
      const ranking = data.ranking as JsonObject;
      const items = data.items as JsonObject[];
      const generatedAt = metadata.occurredAt;
      const { type = null } = data;
      return [
        ...listsOf(data).map((list) => ({
          put: 'recommendations',
          key: { user_id: data.userId, list },
          row: { request_id: data.requestId, type, ranking, items, generated_at: generatedAt },
        })),
        request(data, {
          ...{ status: 'done', type, ranking, items, ended_at: generatedAt, position },
          ...{ failure: null, retry_at: null },
        }),
      ];
    },
    RecommendationAttemptFailed: ({ data }) => [
      request(data, {
        failure: { code: data.code, message: data.message },
        retry_at: data.retryAt,
      }),
    ],
    RecommendationFailed: ({ data, metadata, position }) => [
      request(data, {
        ...{ status: 'failed', ended_at: metadata.occurredAt, position },
        ...{ failure: { code: data.code, message: data.message }, retry_at: null },
      }),
    ],
    ViewerForgotten: ({ data: { userId } }) => [
      { remove: 'recommendations', key: { user_id: userId } },
      { remove: 'recommendation_requests', key: { user_id: userId } },
    ],
  },
};
