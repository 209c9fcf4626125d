import { beforeEach, describe, expect, test } from 'vitest';
import { unavailable } from '../../src/core/errors.js';
import type { InferenceClient } from '../../src/core/inference/inference-client.js';
import type { RankRequest } from '../../src/core/inference/ranked-candidates.js';
import { silentLogger } from '../../src/core/logger.js';
import type { WorkerContext } from '../../src/core/worker.js';
import { recommendationEvents } from '../../src/domain/recommendation/recommendation.js';
import type { Experiment } from '../../src/recommender/experiment.js';
import { recommendWorker } from '../../src/workers/recommend.js';
import { did } from '../contracts/readers/interactions.js';
import { ofItem, publishedItem } from '../contracts/readers/item-events.js';
import { type ViewsUnderTest, viewsOn } from '../contracts/readers/views-under-test.js';
import { createMemoryBlobs } from '../support/memory-blobs.js';
import { createMemoryViews } from '../support/memory-readers/index.js';

const gone = new AbortController();
const context = {
  ...{ signal: gone.signal, logger: silentLogger, now: () => '2026-11-22T09:00:00.000Z' },
} as WorkerContext;
const model = { provider: 'openai', model: 'c', version: '1', promptVersion: 'ranking-1' };
const tokens = { input: 100, output: 20 };
const titles = ['seen', 'first', 'second', 'third', 'fourth'];
let views: ViewsUnderTest;
let asked: RankRequest[];
/** The list that no model puts in order. */
let plain: string[];
beforeEach(async () => {
  views = viewsOn(createMemoryViews());
  asked = [];
  await views.tell(titles.flatMap((id) => publishedItem(id, { title: `The ${id}`, tags: ['sea'] }, 'video')));
  // The more people, the higher: first, second, third, fourth.
  await views.tell(
    titles
      .slice(1)
      .flatMap((id, at) => Array.from({ length: 4 - at }, (_, peer) => did(`p${peer}`, 'like', id))),
  );
  await views.tell([did('me', 'like', 'seen')]);
  plain = (await listOf(recommendWorker(readingViews()))).ids;
  expect(plain.toSorted()).toEqual(['first', 'fourth', 'second', 'third']);
});

const readingViews = () => ({
  ...{ ...views.readers, blobs: createMemoryBlobs(), waiter: { waitFor: async () => {} } },
});
const turned = () => [...plain.slice(0, 3).toReversed(), ...plain.slice(3)];

type Order = (request: RankRequest, signal: AbortSignal) => Promise<readonly number[]>;
const backwards: Order = async ({ candidates }) => candidates.map((_, at) => candidates.length - 1 - at);

function workerWith(order: Order, more: { experiment?: Experiment; whose?: 'variant' } = {}) {
  const inference = {
    async infer(_task: string, request: RankRequest, { signal }: { signal: AbortSignal }) {
      asked.push(request);
      return { model: { ...model, tokens, costMicros: 5 }, answer: { order: await order(request, signal) } };
    },
    async close() {},
  } as unknown as InferenceClient;
  return recommendWorker({
    ...{ ...readingViews(), inference },
    experiment: more.experiment,
    rerank: { whose: more.whose ?? 'everybody', maximumCandidates: 3, deadlineSeconds: 0.1, asked: 'openai' },
  });
}

async function listOf(worker: ReturnType<typeof workerWith>, limit = 5) {
  const request = { requestId: 'r1', userId: 'me', genre: null, type: 'video', limit } as const;
  const [command] = await worker.run(request, context);
  if (command?.type !== 'RecordRecommendation') return expect.unreachable();
  const data = recommendationEvents.RecommendationGenerated.schema.parse(command.data);
  return { ...data, ids: data.items.map(({ mediaId }) => mediaId) };
}

describe('a list that a model puts in order', () => {
  test('has the first of it in that order, each with its own reason, and says which model did it', async () => {
    const { ids, items, ranking } = await listOf(workerWith(backwards));
    expect(ids).toEqual(turned());
    expect(items.map(({ reason }) => reason)).toEqual(Array(4).fill(expect.stringMatching(/./)));
    expect(ranking.reranked).toEqual({ ...model, tokens, costMicros: 5, isRemembered: false });
  });

  test('takes its items from those that the recommender chose, also of a list shorter than that', async () => {
    expect((await listOf(workerWith(backwards), 1)).ids).toEqual([plain[2]]);
    expect(asked[0]?.candidates).toHaveLength(3);
  });

  test('is asked for in titles and tags alone: neither the viewer nor the items are named', async () => {
    await listOf(workerWith(backwards));
    const told = (title: string) => ({ title, tags: ['sea'] });
    expect(asked).toEqual([
      { liked: [told('The seen')], candidates: plain.slice(0, 3).map((id) => told(`The ${id}`)) },
    ]);
  });

  test('is not asked for again where the same was asked before', async () => {
    const worker = workerWith(backwards);
    await listOf(worker);
    const { ids, ranking } = await listOf(worker);
    expect(asked).toHaveLength(1);
    expect(ids).toEqual(turned());
    expect(ranking.reranked).toEqual({ ...model, isRemembered: true });
  });

  test.each<[string, Order, string]>([
    ['fails', () => Promise.reject(unavailable('provider_unavailable', 'no')), 'provider_unavailable'],
    ['breaks', () => Promise.reject(new Error('oh')), 'inference_failed'],
    ['never answers', () => new Promise(() => {}), 'inference_too_slow'],
  ])('is as it was where the model %s, and says so', async (_, order, failure) => {
    const { ids, ranking } = await listOf(workerWith(order));
    expect(ids).toEqual(plain);
    expect(ranking.reranked).toEqual({ failure });
  });

  test('holds nothing that was watched, rejected or taken down while the model was asked', async () => {
    const meanwhile: Order = async (request, signal) => {
      await views.tell([did('me', 'play', 'third'), did('me', 'dislike', 'fourth')]);
      await views.tell(ofItem('second', { type: 'MediaDeleted', data: { mediaId: 'second' } }));
      return backwards(request, signal);
    };
    expect((await listOf(workerWith(meanwhile))).ids).toEqual(['first']);
  });

  test('is that of viewers who got the variant alone, where it is tried', async () => {
    const variants = ['standard', 'reranked'] as const;
    for (const variant of variants) {
      const experiment = { name: 'order', shares: [{ variant, part: 1 }] };
      const { ranking } = await listOf(workerWith(backwards, { experiment, whose: 'variant' }));
      expect(ranking.experiment).toEqual({ name: 'order', variant });
      expect(ranking.reranked !== undefined).toBe(variant === 'reranked');
    }
    expect(asked).toHaveLength(1);
  });

  test('is not asked for of a viewer who liked nothing', async () => {
    const request = { requestId: 'r1', userId: 'new', genre: null, type: 'video', limit: 5 } as const;
    const [command] = await workerWith(backwards).run(request, context);
    expect(command?.data).not.toHaveProperty('ranking.reranked');
    expect(asked).toEqual([]);
  });
});
