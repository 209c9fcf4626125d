import type { ListType } from '../../../core/list-type.js';
import type { ModelName } from '../../../core/model-name.js';
import type { Position } from '../../../core/position.js';
import type { Model, RecommendationRequest } from '../answers.js';
import type { Connection } from './connection.js';

/** Models of recommendations, their lists, and viewers. */
export const recommendationCalls = ({ request }: Connection) => ({
  models: async (name: ModelName, limit: number) =>
    (await request<{ items: Model[] }>('GET', '/v1/models', { query: { name, limit } })).items,
  model: (modelId: string, after?: Position) =>
    request<Model>('GET', `/v1/models/${encodeURIComponent(modelId)}`, { after }),
  trainModel: (body: {
    name: ModelName;
    source: Model['source'];
    after?: string;
    upTo?: string;
    promote: boolean;
    evaluate: boolean;
  }) => request<{ modelId: string; position: Position }>('POST', '/v1/models', { body }),
  promoteModel: (modelId: string, automatic: boolean) =>
    request<{ modelId: string; position: Position }>(
      'POST',
      `/v1/models/${encodeURIComponent(modelId)}/promote`,
      { body: { automatic } },
    ),
  rollBackModel: (name: ModelName) =>
    request<{ modelId: string; position: Position }>('POST', '/v1/models/rollback', { body: { name } }),
  requestRecommendations: (body: { userId: string; genre?: string; type?: ListType; limit?: number }) =>
    request<{ requestId: string; position: Position }>('POST', '/v1/recommendations', { body }),
  forgetViewer: (userId: string) =>
    request<{ wasKnown: boolean; position: Position }>('DELETE', `/v1/viewers/${encodeURIComponent(userId)}`),
  recommendationRequest: (requestId: string, after?: Position) =>
    request<RecommendationRequest>('GET', `/v1/recommendations/requests/${encodeURIComponent(requestId)}`, {
      after,
    }),
});
