import type { RecommendationSource } from '../core/recommendation-source.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { RANKING, rank } from '../recommender/rank.js';
import { jobPolicies } from './policies.js';

/** Answers a request for recommendations. */
export const recommendWorker = (dependencies: {
  readonly source: RecommendationSource;
}): Worker<JobPayload<'recommend'>, Pick<JobPayload<'recommend'>, 'requestId' | 'userId'>> => ({
  kind: 'recommend',
  payload: jobPayloads.recommend,
  subject: jobSubjects.request,
  policy: jobPolicies.recommend,
  concurrency: 2,
  started: () => [],
  async run({ requestId, userId, genre, limit, position }, { signal }) {
    const { candidates, tastes } = await dependencies.source.read(userId, { after: position, signal });
    const items = rank({ userId, candidates, tastes, genre, limit });
    return [{ type: 'RecordRecommendation', data: { requestId, userId, ranking: RANKING, items } }];
  },
  failed: ({ requestId, userId }, { code, message, attempt, final, retryAt }) =>
    final || retryAt === null
      ? [{ type: 'FailRecommendation', data: { requestId, userId, code, message } }]
      : [
          {
            type: 'FailRecommendationAttempt',
            data: { requestId, userId, code, message, attempt, retryAt },
          },
        ],
});
