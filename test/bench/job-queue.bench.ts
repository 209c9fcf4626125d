import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { silentLogger } from '../../src/core/logger.js';
import { measureJobQueue } from './job-queue/measure-job-queue.js';
import { type BenchRow, watched } from './support/bench-row.js';
import { inFolder } from './support/with-product.js';

/** The job queue on a PostgreSQL of its own. */
export const benchJobQueue = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'data'), logger: silentLogger });
    try {
      await migrate(server.connectionString);
      const figures = await measureJobQueue(server.connectionString);
      const pickup = (what: string, { p50Milliseconds, p99Milliseconds }: typeof figures.pickupSameProcess) =>
        watched({
          what: `job queue, enqueued to running, ${what}, median`,
          ours: p50Milliseconds,
          unit: 'ms',
          note: `200 jobs, one at a time; p99 ${p99Milliseconds.toFixed(1)} ms`,
        });
      const rate = (what: string, ours: number, note: string) =>
        watched({ what: `job queue, ${what}`, ours, unit: 'jobs/s', note });
      return [
        pickup('same process', figures.pickupSameProcess),
        pickup('other process', figures.pickupOtherProcess),
        rate('enqueued one by one', figures.enqueuesPerSecondOneByOne, '5,000 jobs, one client'),
        rate('enqueued in batches', figures.jobsEnqueuedPerSecondInBatches, '5,000 jobs, 500 at a time'),
        rate(
          'done from a backlog',
          figures.jobsPerSecondFromBacklog,
          '5,000 waiting, empty jobs, 20 at once',
        ),
        rate('done as they come', figures.jobsPerSecondAtShallowDepth, 'empty jobs, 20 at once'),
        rate(
          'done as they come, each attempt claimed',
          figures.claimedJobsPerSecondAtShallowDepth,
          'what a queue that may deliver twice needs besides',
        ),
      ];
    } finally {
      await server.stop();
    }
  });
