import type { PositionWaiter } from '../core/projection-store.js';
import { type PopularityReader, popularityViews } from '../core/readers/popularity.js';
import {
  type TasteBounds,
  type ViewerActivityReader,
  viewerActivityViews,
} from '../core/readers/viewer-activity.js';
import { viewsOfAll } from '../core/readers/views-read.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { RANKING, rank } from '../recommender/rank.js';
import { jobPolicies } from './policies.js';

/** What is read here, and so what has to have seen what was told before. */
const VIEWS = viewsOfAll(popularityViews.mostPopular, viewerActivityViews.tastesAround);
const WAIT_MILLISECONDS = 20_000;

const MAXIMUM_CANDIDATES = 5000;
/** A viewer of everything does not pull in everybody. */
const BOUNDS: TasteBounds = { coWatchers: 500, watchersAnItem: 500, tastesAViewer: 200 };

/** Answers a request for recommendations. */
export const recommendWorker = (dependencies: {
  readonly popularity: PopularityReader;
  readonly viewerActivity: ViewerActivityReader;
  readonly waiter: PositionWaiter;
}): Worker<JobPayload<'recommend'>, Pick<JobPayload<'recommend'>, 'requestId' | 'userId'>> => ({
  kind: 'recommend',
  payload: jobPayloads.recommend,
  subject: jobSubjects.request,
  policy: jobPolicies.recommend,
  concurrency: 2,
  started: () => [],
  async run({ requestId, userId, genre, limit, position }, { signal }) {
    const { popularity, viewerActivity, waiter } = dependencies;
    if (position !== undefined)
      await waiter.waitFor(VIEWS, position, { timeoutMilliseconds: WAIT_MILLISECONDS, signal });
    const [candidates, tastes] = await Promise.all([
      popularity.mostPopular(MAXIMUM_CANDIDATES),
      viewerActivity.tastesAround(userId, BOUNDS),
    ]);
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
