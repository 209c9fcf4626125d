import { benchEventStore } from './event-store.bench.js';
import { benchIngest } from './ingest.bench.js';
import { benchJobQueue } from './job-queue.bench.js';
import { benchLists } from './lists.bench.js';
import { benchPlayable } from './playable.bench.js';
import { benchProjector } from './projector.bench.js';
import { benchQueries } from './queries.bench.js';
import { benchRecommendations } from './recommendations.bench.js';
import { benchStart } from './start.bench.js';
import type { BenchRow, Target } from './support/bench-row.js';
import { benchTranscode } from './transcode.bench.js';
import { benchVisibility } from './visibility.bench.js';

/** Every bench by the name it is run with, in the order of the table. */
export const suites: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  start: benchStart,
  transcode: async () => (await benchTranscode()).map((row) => aimAt({ atMost: 1.1 }, row)),
  playable: benchPlayable,
  ingest: benchIngest,
  'event-store': async () => (await benchEventStore()).map((row) => aimAt(eventStoreTarget(row), row)),
  visibility: benchVisibility,
  queries: benchQueries,
  lists: benchLists,
  projector: async () =>
    (await benchProjector()).map((row) => aimAt(row.unit === 'ms' ? { atMost: 1 } : undefined, row)),
  'job-queue': benchJobQueue,
  recommendations: async () =>
    (await benchRecommendations()).map((row) => aimAt(row.unit === '' ? { atLeast: 1.2 } : undefined, row)),
};

const aimAt = (target: Target | undefined, row: BenchRow): BenchRow =>
  target && !row.target ? { ...row, target } : row;

function eventStoreTarget({ unit, note }: BenchRow): Target | undefined {
  if (unit !== 'events/s') return { atMost: 1 };
  return { atLeast: note.includes('raw inserts') ? 0.7 : 5 };
}
