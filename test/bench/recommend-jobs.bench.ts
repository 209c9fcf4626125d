import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { createLocalBlobStore } from '../../src/adapters/local-disk/local-blob-store.js';
import { createPostgresReaders } from '../../src/adapters/postgres/readers/index.js';
import { openReadDatabase } from '../../src/adapters/postgres/readers/read-database.js';
import { silentLogger } from '../../src/core/logger.js';
import type { WorkerContext } from '../../src/core/worker.js';
import { recommendWorker } from '../../src/workers/recommend.js';
import { getJson } from '../e2e/support/client.js';
import { startProduct } from '../e2e/support/product.js';
import { measureLatencies } from './event-store/statistics.js';
import { listsUnderLoad } from './recommend-jobs/lists-under-load.js';
import { did, listFor, posted } from './recommend-jobs/viewer.js';
import { type BenchRow, watched, within } from './support/bench-row.js';
import { rememberInteractions, rememberItems, withEventStore } from './support/remembered-interactions.js';
import { untilViewsFollow } from './support/until-views-follow.js';
import { inFolder } from './support/with-product.js';

const ITEMS = 5000;
/** `INTERACTIONS`: another number of them. A hundred of each viewer. */
const INTERACTIONS = Number(process.env.INTERACTIONS ?? 100_000);
/** `LISTS`: another number of them under load. */
const LISTS = Number(process.env.LISTS ?? 10_000);
const TIMED = 500;
const CHANGES = 30;

interface Trained {
  readonly status: string;
  readonly trained: {
    readonly seconds: number;
    readonly sizeBytes: number;
    readonly viewers: number;
    readonly items: number;
    readonly evaluation: { readonly ndcgAt10: number; readonly popularityNdcgAt10: number } | null;
  } | null;
}

/** Lists as the product's jobs make them, of a model that it has trained itself. */
export const benchRecommendJobs = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    await chmod(folder, 0o755); // as root, the server runs as its own user, who must be able to enter
    const database = await startEmbeddedPostgres({ dataFolder: join(folder, 'db'), logger: silentLogger });
    try {
      const product = await startProduct(join(folder, 'data'), {
        ...{ DATABASE_URL: database.connectionString, MEDIAFLOW_TRAINING_MINUTES: '0' },
      });
      try {
        return await measure(product.url, join(folder, 'data'), database.connectionString);
      } finally {
        await product.stop();
      }
    } finally {
      await database.stop();
    }
  });

async function measure(url: string, dataFolder: string, connectionString: string): Promise<BenchRow[]> {
  const items = await withEventStore(connectionString, async (store) => {
    const remembered = await rememberItems(store, ITEMS);
    await rememberInteractions(store, INTERACTIONS, ITEMS);
    return remembered;
  });
  await untilViewsFollow(url, 600);
  const model = await train(url);
  const { seconds, sizeBytes, viewers } = model;
  const of = `${ITEMS.toLocaleString('en')} items, ${INTERACTIONS.toLocaleString('en')} interactions of ${viewers.toLocaleString('en')} viewers`;
  const made = await timeLists(dataFolder, connectionString);
  const changes = await timeChanges(url, items);
  const { lists, shown, listsPerSecond, deleted } = await listsUnderLoad(url, items, LISTS);
  return [
    watched({
      what: 'training of the model by a job of the product',
      ours: seconds,
      unit: 's',
      note: `${of}; ${(sizeBytes / 1e6).toFixed(1)} MB`,
    }),
    within(10, {
      what: 'one list by the worker of the product, reading of its views included, p50',
      ours: made.p50Milliseconds,
      unit: 'ms',
      note: `${of}; ${TIMED} viewers, one after another, p99 ${made.p99Milliseconds.toFixed(1)} ms`,
    }),
    within(10, {
      what: 'one list by the worker of the product, processor time of its process',
      ours: made.processorMilliseconds,
      unit: 'ms',
      note: 'the mean of the same lists; what PostgreSQL takes for its five small questions is not in it',
    }),
    within(1000, {
      what: 'from telling what was done to the changed list, the slowest',
      ours: Math.max(...changes),
      unit: 'ms',
      note: `${CHANGES} times, by HTTP: interaction, request, job, answer; p50 ${changes.toSorted((a, b) => a - b)[CHANGES / 2]?.toFixed(0)} ms; without training`,
    }),
    within(0.5, {
      what: 'items on lists that were watched, disliked or taken down before',
      ours: shown,
      unit: '',
      note: `${lists.toLocaleString('en')} lists by jobs and as many as served, made under load (${listsPerSecond.toFixed(0)} a second, 32 viewers at once), ${deleted} items taken down meanwhile`,
    }),
  ];
}

async function train(url: string): Promise<NonNullable<Trained['trained']>> {
  const { modelId } = await posted<{ modelId: string }>(url, '/v1/models', {});
  for (;;) {
    await delay(200);
    const response = await fetch(`${url}/v1/models/${modelId}`);
    if (response.status === 404) continue;
    const { status, trained } = (await response.json()) as Trained;
    if (status === 'failed') throw new Error('The model could not be trained.');
    if (trained) return trained;
  }
}

/** The worker itself, with the readers and the blobs of the product: all that a job does but being fetched. */
async function timeLists(dataFolder: string, connectionString: string) {
  const database = await openReadDatabase({ connectionString, maximumConnections: 4 });
  try {
    const { popularity, viewerActivity, models } = createPostgresReaders(database);
    const worker = recommendWorker({
      ...{ popularity, viewerActivity, models, waiter: { waitFor: async () => {} } },
      blobs: await createLocalBlobStore({ folder: join(dataFolder, 'blobs') }),
    });
    const context = {
      ...{ signal: new AbortController().signal, logger: silentLogger },
      now: () => new Date().toISOString(),
    } as WorkerContext;
    let rounds = 0;
    const run = (index: number) =>
      worker.run(
        {
          ...{ requestId: 'r', userId: `viewer-${index}`, genre: null, type: 'any', limit: 20 },
          // Later each time, so that it is asked each time whether the catalogue still holds.
          position: `${1_000_000 + rounds++}`,
        },
        context,
      );
    for (let index = 0; index < 50; index += 1) await run(index);
    const milliseconds: number[] = [];
    const before = process.cpuUsage();
    for (let index = 0; index < TIMED; index += 1) {
      const startedAt = performance.now();
      const [command] = await run(index);
      milliseconds.push(performance.now() - startedAt);
      const { ranking } = (command as { data: { ranking: { version: string } } }).data;
      if (ranking.version === 'untrained') throw new Error('The list is of no model.');
    }
    const { user, system } = process.cpuUsage(before);
    return { ...measureLatencies(milliseconds), processorMilliseconds: (user + system) / 1000 / TIMED };
  } finally {
    await database.close();
  }
}

async function timeChanges(url: string, items: readonly string[]): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let turn = 0; turn < CHANGES; turn += 1) {
    const liked = items[turn * 7] as string;
    const before = await listFor(url, 'changing');
    const startedAt = performance.now();
    await did(url, 'changing', 'like', [liked]);
    const after = await listFor(url, 'changing');
    milliseconds.push(performance.now() - startedAt);
    if (after.includes(liked)) throw new Error('What was liked is on the list.');
    if (turn === 0 && after.join() === before.join()) throw new Error('The list has not changed.');
  }
  await getJson(`${url}/v1/models`);
  return milliseconds;
}
