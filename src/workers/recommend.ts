import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import { firstOfAny, kindsFor, type ListType } from '../core/list-type.js';
import type { PositionWaiter } from '../core/projection-store.js';
import type { ModelsReader } from '../core/readers/models.js';
import { type PopularityReader, popularityViews } from '../core/readers/popularity.js';
import { type ViewerActivityReader, viewerActivityViews } from '../core/readers/viewer-activity.js';
import { viewsOfAll } from '../core/readers/views-read.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { caredFor } from '../recommender/cared-for.js';
import type { Catalogue } from '../recommender/catalogue.js';
import { type Experiment, variantFor, variants } from '../recommender/experiment.js';
import { textOf } from '../recommender/reason.js';
import type { Recommended } from '../recommender/recommend.js';
import { keepCatalogues } from './kept-catalogues.js';
import { keepRecommenders } from './kept-recommenders.js';
import { keepModel } from './models/kept-recommender.js';
import { jobPolicies } from './policies.js';
import { createRerank, type Reordered, type RerankSettings } from './rerank.js';

/** What is read here, and so what has to have seen what was told before. */
const VIEWS = viewsOfAll(
  popularityViews.mostPopular,
  viewerActivityViews.doingsOf,
  viewerActivityViews.interestByKind,
);
const WAIT_MILLISECONDS = 20_000;
/** Of so many of a viewer's newest items it is told which kind they care for. */
const ITEMS_OF_INTEREST = 200;
/** What is no longer shown is rare, and looked for in what the catalogue has just held. */
const MAXIMUM_ROUNDS = 4;

/** How lists are ranked, beside the model that each names. */
export const RANKING_NAME = 'ease+tags+popularity+freshness';

interface Dependencies {
  readonly popularity: PopularityReader;
  readonly viewerActivity: ViewerActivityReader;
  readonly models: Pick<ModelsReader, 'current'>;
  readonly blobs: Pick<BlobStore, 'read'>;
  readonly waiter: PositionWaiter;
  /** What is tried, if anything is. */
  readonly experiment?: Experiment | undefined;
  /** Whose lists a model puts in order; undefined where none is asked. */
  readonly rerank?: RerankSettings | undefined;
  readonly inference?: InferenceClient;
}

/** Answers a request for recommendations. */
export function recommendWorker(
  dependencies: Dependencies,
): Worker<JobPayload<'recommend'>, Pick<JobPayload<'recommend'>, 'requestId' | 'userId'>> {
  const { popularity, viewerActivity, waiter, experiment } = dependencies;
  const modelInUse = keepModel(dependencies);
  const catalogueOf = keepCatalogues(popularity);
  const recommenderOf = keepRecommenders();
  const { rerank: settings, inference } = dependencies;
  const rerank = settings && inference && createRerank({ popularity, inference, settings });

  /** What was asked for, or else what the viewer cares for most. */
  async function typesFor({ userId, type }: JobPayload<'recommend'>): Promise<readonly ListType[]> {
    if (type !== undefined) return [type];
    return kindsFor(await viewerActivity.interestByKind(userId, ITEMS_OF_INTEREST));
  }

  /** Makes the list once more without what is no longer published, which the catalogue may have missed by a moment. */
  async function shownOf(makeList: (hidden: ReadonlySet<string>) => readonly Recommended[]) {
    const hidden = new Set<string>();
    for (let round = 1; ; round += 1) {
      const list = makeList(hidden);
      const ids = list.map(({ itemId }) => itemId);
      const published = new Set(ids.length > 0 ? await popularity.published(ids) : []);
      if (published.size === ids.length) return list;
      if (round === MAXIMUM_ROUNDS) return list.filter(({ itemId }) => published.has(itemId));
      for (const id of ids) if (!published.has(id)) hidden.add(id);
    }
  }

  /** Less what was seen, rejected or taken down while a model was asked. */
  async function stillUnseen(userId: string, { list, ...rest }: Reordered): Promise<Reordered> {
    const [doings, published] = await Promise.all([
      viewerActivity.doingsOf(userId),
      popularity.published(list.map(({ itemId }) => itemId)),
    ]);
    const [seen, shown] = [new Set(doings.map(({ mediaId }) => mediaId)), new Set(published)];
    return { ...rest, list: list.filter(({ itemId }) => shown.has(itemId) && !seen.has(itemId)) };
  }

  return {
    kind: 'recommend',
    payload: jobPayloads.recommend,
    subject: jobSubjects.request,
    policy: jobPolicies.recommend,
    // Whoever waits for a provider needs no processor.
    concurrency: rerank ? 8 : 2,
    started: () => [],
    async run(payload, { signal, logger, now }) {
      const { requestId, userId, genre, type: asked, limit, position } = payload;
      if (position !== undefined)
        await waiter.waitFor(VIEWS, position, { timeoutMilliseconds: WAIT_MILLISECONDS, signal });
      const catalogues = new Map<ListType, Catalogue>();
      const typeShown = async () =>
        firstOfAny(await typesFor(payload), async (each) => {
          const catalogue = await catalogueOf(each, { position, now: now() });
          catalogues.set(each, catalogue);
          return catalogue.items;
        });
      const [{ model, version }, doings, { type = 'any' }] = await Promise.all([
        modelInUse(logger),
        viewerActivity.doingsOf(userId),
        typeShown(),
      ]);
      const catalogue = catalogues.get(type) as Catalogue;
      const recommend = recommenderOf(model, catalogue);
      const tastes = doings.map((each) => ({ itemId: each.mediaId, weight: caredFor(each) }));
      const variant = experiment && variantFor(experiment, userId);
      const isReranked = settings?.whose === 'everybody' || variant === 'reranked';
      const chosen = await shownOf((hidden) =>
        recommend({
          ...{ tastes, tag: genre, isHidden: (itemId) => hidden.has(itemId) },
          limit: isReranked ? Math.max(limit, settings?.maximumCandidates ?? 0) : limit,
          ...(variant && variants[variant]),
        }),
      );
      const { list, reranked } =
        rerank && isReranked
          ? await stillUnseen(userId, await rerank(chosen, tastes, { signal, logger }))
          : { list: chosen };
      const items = list.slice(0, limit).map((item) => toItem(item, catalogue));
      const ranking = {
        ...{ name: RANKING_NAME, version },
        ...(experiment && variant && { experiment: { name: experiment.name, variant } }),
        ...(reranked && { reranked }),
      };
      return [
        {
          type: 'RecordRecommendation',
          data: {
            ...{ requestId, userId, ranking, items },
            ...{ type, isTypeChosen: asked === undefined },
          },
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
  };
}

/** What may no longer be shown is not named as a reason either. */
const toItem = ({ itemId, score, reason }: Recommended, { placeOf }: Catalogue) => ({
  ...{ mediaId: itemId, score, reason: textOf(reason) },
  ...(reason.kind === 'watched' && placeOf.has(reason.because) && { because: reason.because }),
});
