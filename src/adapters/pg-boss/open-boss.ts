import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { messageOf } from '../../core/errors.js';
import { lendOnlyAtRest } from '../../core/lent-connections.js';
import type { Logger } from '../../core/logger.js';
import { isOutOfReach, orUnavailable } from '../postgres/connection/database-errors.js';
import type { ConnectionHealth } from './connection-health.js';
import type { Execute } from './execute.js';
import { createFetchJobs, type FetchJobs } from './fetch-jobs.js';

export interface OpenBoss {
  readonly execute: Execute;
  /** Claims as many jobs as there is room for: the heads of their keys, highest priority first. */
  readonly fetch: FetchJobs;
  /** Calls back with what processes say there, and after each time the connection was lost. */
  listen(
    channel: string,
    onMessage: (message: string) => void,
    onReconnect: () => void,
  ): Promise<{ close(): Promise<void> }>;
  close(): Promise<void>;
}

const probes = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** A connection that has died silently must not hold a heartbeat up for as long as a lease. */
const OURS = {
  ...probes,
  connectionTimeoutMillis: 5_000,
  query_timeout: 9_000,
} as const;

/** Its start may bring a large table up to date, its maintenance clear one. */
const PG_BOSS = { ...probes, query_timeout: 600_000, max: 2 } as const;

/** Some of what pg-boss tells as errors are copies of them, with the fields of one. */
const asError = (emitted: unknown): unknown =>
  emitted instanceof Error || typeof emitted !== 'object' ? emitted : Object.assign(new Error(), emitted);

/** Starts pg-boss with a queue for every kind. */
export async function openBoss(options: {
  /** For statements and transactions of ours. */
  readonly connectionString: string;
  /** For pg-boss itself, which listens (default `connectionString`). */
  readonly directConnectionString?: string | undefined;
  readonly schema: string;
  readonly maximumConnections: number;
  readonly kinds: readonly string[];
  readonly health: ConnectionHealth;
  readonly logger: Logger;
}): Promise<OpenBoss> {
  const {
    connectionString,
    directConnectionString = connectionString,
    schema,
    kinds,
    health,
    logger,
  } = options;
  const boss = new PgBoss({
    ...PG_BOSS,
    connectionString: directConnectionString,
    schema,
    application_name: 'mediaflow-jobs',
    schedule: false,
    maintenanceIntervalSeconds: 3600, // finished jobs go by the hour, not by the day
    flowIntervalSeconds: 3600, // we chain no jobs inside pg-boss
  });
  boss.on('error', (emitted) => {
    const error = asError(emitted);
    if (isOutOfReach(error)) health.failed(error);
    else logger.error({ error: messageOf(error) }, 'job queue: pg-boss error');
  });
  boss.on('warning', (warning) => logger.warn({ warning }, 'job queue: pg-boss warning'));
  const database = boss.getDb();
  const pool = new pg.Pool({
    ...OURS,
    connectionString,
    application_name: 'mediaflow-jobs',
    max: options.maximumConnections,
  });
  // It is ended before its connections are: a server that stops then ends them first.
  pool.on('error', (error) => {
    if (!pool.ending) health.failed(error);
  });
  // One lost while checked out tells its borrower and then nobody: without a listener that ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  lendOnlyAtRest(pool);
  const fetchJobs = createFetchJobs(boss, pool);
  const db = { executeSql: (text: string, values?: unknown[]) => pool.query(text, values) };
  function tell(error: unknown): never {
    if (isOutOfReach(error)) health.failed(error);
    return orUnavailable('job_queue_unavailable', 'The job queue')(error);
  }
  const close = async () => {
    await boss.stop({ graceful: false });
    await pool.end();
  };

  try {
    await boss.start();
    // pg-boss gives a connection back as it is when a rollback has failed.
    if ('pool' in database && database.pool instanceof pg.Pool) lendOnlyAtRest(database.pool);
    for (const kind of kinds) await boss.createQueue(kind, { policy: 'key_strict_fifo' });
  } catch (error) {
    await close();
    throw error;
  }

  return {
    async execute<Row>(text: string, values?: readonly unknown[]) {
      const { rows } = await db.executeSql(text, values && [...values]).catch(tell);
      health.succeeded();
      return rows as Row[];
    },
    async fetch(kind, room) {
      const fetched = await fetchJobs(kind, room).catch(tell);
      if (!fetched.doubtful) health.succeeded();
      return fetched;
    },
    async listen(channel, onMessage, onReconnect) {
      const handle = await database.listen?.(channel, onMessage, onReconnect);
      return { close: async () => handle?.close() };
    },
    close,
  };
}
