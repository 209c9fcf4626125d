import { firstOfAny, kindsFor, type ListType } from '../core/list-type.js';
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
const VIEWS = viewsOfAll(
  popularityViews.mostPopular,
  viewerActivityViews.tastesAround,
  viewerActivityViews.interestByKind,
);
const WAIT_MILLISECONDS = 20_000;

const MAXIMUM_CANDIDATES = 5000;
/** A viewer of everything does not pull in everybody. */
const BOUNDS: TasteBounds = { coWatchers: 500, watchersAnItem: 500, tastesAViewer: 200 };

interface Dependencies {
  readonly popularity: PopularityReader;
  readonly viewerActivity: ViewerActivityReader;
  readonly waiter: PositionWaiter;
}

/** What may be on the list, and what it is of: what was asked for, or else what the viewer cares for most. */
async function candidatesFor(
  { userId, type }: Pick<JobPayload<'recommend'>, 'userId' | 'type'>,
  { popularity, viewerActivity }: Dependencies,
) {
  const types: readonly ListType[] =
    type === undefined ? kindsFor(await viewerActivity.interestByKind(userId, BOUNDS.tastesAViewer)) : [type];
  return firstOfAny(types, (each) => popularity.mostPopular(each, MAXIMUM_CANDIDATES));
}

/** Answers a request for recommendations. */
export const recommendWorker = (
  dependencies: Dependencies,
): Worker<JobPayload<'recommend'>, Pick<JobPayload<'recommend'>, 'requestId' | 'userId'>> => ({
  kind: 'recommend',
  payload: jobPayloads.recommend,
  subject: jobSubjects.request,
  policy: jobPolicies.recommend,
  concurrency: 2,
  started: () => [],
  async run({ requestId, userId, genre, type: asked, limit, position }, { signal }) {
    const { viewerActivity, waiter } = dependencies;
    if (position !== undefined)
      await waiter.waitFor(VIEWS, position, { timeoutMilliseconds: WAIT_MILLISECONDS, signal });
    const [{ type, items: candidates }, tastes] = await Promise.all([
      candidatesFor({ userId, type: asked }, dependencies),
      viewerActivity.tastesAround(userId, BOUNDS),
    ]);
    const items = rank({ userId, candidates, tastes, genre, limit });
    return [
      {
        type: 'RecordRecommendation',
        data: { ...{ requestId, userId, ranking: RANKING, items }, type, isTypeChosen: asked === undefined },
      },
    ];
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
