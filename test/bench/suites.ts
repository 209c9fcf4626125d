import { benchChunks } from './chunks.bench.js';
import { benchEventStore } from './event-store.bench.js';
import { benchInference } from './inference.bench.js';
import { benchIngest } from './ingest.bench.js';
import { benchJobQueue } from './job-queue.bench.js';
import { benchJobs } from './jobs.bench.js';
import { benchLists } from './lists.bench.js';
import { benchLive } from './live.bench.js';
import { benchPictures } from './pictures.bench.js';
import { benchPlayable } from './playable.bench.js';
import { BESIDE_LOOP, benchProjector } from './projector.bench.js';
import { benchQueries } from './queries.bench.js';
import { benchRecommendJobs } from './recommend-jobs.bench.js';
import { benchRecommender } from './recommender.bench.js';
import { benchRelay } from './relay.bench.js';
import { benchReviews } from './reviews.bench.js';
import { benchS3 } from './s3.bench.js';
import { benchSearch } from './search.bench.js';
import { benchSongs } from './songs.bench.js';
import { benchStart } from './start.bench.js';
import { aimedAt, type BenchRow, type Target } from './support/bench-row.js';
import { benchTranscode } from './transcode.bench.js';
import { benchVisibility } from './visibility.bench.js';
import { benchWrites } from './writes.bench.js';

/** Every bench by the name it is run with, in the order of the table. */
export const suites: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  start: benchStart,
  transcode: async () => (await benchTranscode()).map((row) => aimedAt({ atMost: 1.1 }, row)),
  chunks: benchChunks,
  songs: async () => (await benchSongs()).map((row) => aimedAt({ atMost: 1.1 }, row)),
  pictures: benchPictures,
  playable: benchPlayable,
  ingest: benchIngest,
  s3: benchS3,
  'event-store': async () => (await benchEventStore()).map((row) => aimedAt(eventStoreTarget(row), row)),
  writes: benchWrites,
  visibility: benchVisibility,
  queries: async () => (await benchQueries()).map((row) => aimedAt({ atLeast: 0.9 }, row)),
  lists: benchLists,
  search: benchSearch,
  reviews: benchReviews,
  projector: async () => (await benchProjector()).map((row) => aimedAt(projectorTarget(row), row)),
  relay: async () => (await benchRelay()).map((row) => aimedAt({ atLeast: 0.7 }, row)),
  'job-queue': benchJobQueue,
  jobs: benchJobs,
  recommender: benchRecommender,
  'recommend-jobs': benchRecommendJobs,
  inference: benchInference,
  live: benchLive,
};

function projectorTarget({ unit, what }: BenchRow): Target | undefined {
  if (unit === 'ms') return { atMost: 1 };
  return what.endsWith(BESIDE_LOOP) ? undefined : { atLeast: 0.5 };
}

function eventStoreTarget({ unit, note }: BenchRow): Target | undefined {
  if (unit !== 'events/s') return { atMost: 1 };
  return { atLeast: note.includes('raw inserts') ? 0.7 : 5 };
}
