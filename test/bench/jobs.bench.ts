import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { createKafkaJobQueue } from '../../src/adapters/kafka/jobs/job-queue.js';
import { jobTopics } from '../../src/adapters/kafka/topics/topic-table.js';
import { createPgBossJobQueue } from '../../src/adapters/pg-boss/job-queue.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import type { JobQueue } from '../../src/core/job-queue.js';
import { silentLogger } from '../../src/core/logger.js';
import { engine } from '../support/engines.js';
import { deleteTopics, makeTopics } from '../support/kafka-topics.js';
import {
  type HandOffFigures,
  handOffKinds,
  handOffPolicy,
  measureHandOff,
} from './job-queue/measure-hand-off.js';
import { type BenchRow, beside } from './support/bench-row.js';
import { inFolder } from './support/with-product.js';

const ROUNDS = 3;

/** Jobs that wait in Kafka beside jobs that wait in PostgreSQL, each on a database of its own; they take turns. */
export async function benchJobs(): Promise<BenchRow[]> {
  const settings = { brokers: engine('kafka').KAFKA_BROKERS.split(','), clientId: 'bench' };
  const kafka: HandOffFigures[] = [];
  const postgres: HandOffFigures[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    postgres.push(await measureOn(async (connectionString) => openInDatabase(connectionString)));
    const prefix = `bench-${crypto.randomUUID()}`;
    await makeTopics(settings, prefix, jobTopics(handOffKinds));
    const open = async (connectionString: string) =>
      createKafkaJobQueue({
        ...{ settings, prefix, kinds: handOffKinds, logger: silentLogger },
        queue: await openInDatabase(connectionString),
      });
    kafka.push(await measureOn(open));
    await deleteTopics(settings, prefix);
  }
  const rates = (of: readonly HandOffFigures[]) =>
    of.map(({ jobsPerSecond }) => Math.round(jobsPerSecond / 2)).join(', ');
  const row = (what: string, unit: string, figure: (of: HandOffFigures) => number, note: string) =>
    beside(median(postgres.map(figure)), {
      ...{ what: `jobs over Kafka, ${what}`, ours: median(kafka.map(figure)), unit, note },
    });
  const load = `at ${rates(kafka)} jobs/s, beside PostgreSQL at ${rates(postgres)}; median of ${ROUNDS} rounds`;
  return [
    row(
      'enqueued to running in another process at half load, median',
      'ms',
      (of) => of.p50Milliseconds,
      load,
    ),
    row('enqueued to running in another process at half load, p99', 'ms', (of) => of.p99Milliseconds, load),
    row('done as they come', 'jobs/s', (of) => of.jobsPerSecond, 'empty jobs, 20 at once, beside PostgreSQL'),
    row(
      'done from a backlog',
      'jobs/s',
      (of) => of.jobsPerSecondFromBacklog,
      '5,000 waiting, empty jobs, 20 at once, beside PostgreSQL',
    ),
  ];
}

const openInDatabase = (connectionString: string) =>
  createPgBossJobQueue({
    ...{ connectionString, logger: silentLogger },
    kinds: handOffKinds.map((kind) => ({ kind, policy: handOffPolicy })),
  });

const measureOn = (open: (connectionString: string) => Promise<JobQueue>): Promise<HandOffFigures> =>
  inFolder(async (folder) => {
    const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'data'), logger: silentLogger });
    try {
      await migrate(server.connectionString);
      const [sender, worker] = [await open(server.connectionString), await open(server.connectionString)];
      const figures = await measureHandOff({ sender, worker });
      await Promise.all([sender, worker].map((queue) => queue.stop({ graceSeconds: 1 })));
      return figures;
    } finally {
      await server.stop();
    }
  });

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
