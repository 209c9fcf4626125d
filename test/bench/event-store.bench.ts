import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { createListener } from '../../src/adapters/postgres/connection/listener.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createPostgresEventStore } from '../../src/adapters/postgres/event-store/event-store.js';
import { messageOf } from '../../src/core/errors.js';
import { silentLogger } from '../../src/core/logger.js';
import { startEmmett } from './event-store/emmett.js';
import { runRawInserts } from './event-store/raw-inserts.js';
import { median, spread } from './event-store/statistics.js';
import { type AppendOne, runClients } from './event-store/workload.js';

export interface BenchRow {
  readonly what: string;
  readonly ours: number;
  /** The figure to reach, of a peer or a ceiling measured in the same run. */
  readonly limit: number;
  readonly unit: string;
  readonly ratio: number;
  readonly note: string;
}

const CLIENTS = 64;
const ROUNDS = 5;
const ROUND_SECONDS = 2;
const WARM_UP_SECONDS = 1;

/**
 * The event store against Emmett's and against raw batched inserts, on one server of its own. The contenders take
 * turns round by round, so that what else the machine does falls on all of them; a figure is the median of the rounds.
 */
export async function benchEventStore(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-bench-events-'));
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'data'), logger: silentLogger });
  try {
    await migrate(server.connectionString);
    return await compare(server.connectionString);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(connectionString: string): Promise<BenchRow[]> {
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on('error', () => {}); // the server may stop before its last connection has closed
  const listener = createListener({ connectionString, logger: silentLogger });
  const store = createPostgresEventStore({ pool, listener });
  const append: AppendOne = (stream, event, expected) => store.append(stream, [event], expected);
  const emmett = await startEmmett(connectionString).catch((error: unknown) => messageOf(error));
  const figures = { ours: [], raw: [], emmett: [], oursAlone: [], emmettAlone: [] } as Record<
    'ours' | 'raw' | 'emmett' | 'oursAlone' | 'emmettAlone',
    number[]
  >;

  for (let round = 0; round <= ROUNDS; round += 1) {
    const isWarmUp = round === 0;
    const seconds = isWarmUp ? WARM_UP_SECONDS : ROUND_SECONDS;
    const note = (list: number[], figure: number) => isWarmUp || list.push(figure);
    note(figures.ours, (await runClients(CLIENTS, seconds, append)).eventsPerSecond);
    note(figures.raw, await runRawInserts(pool, seconds));
    note(figures.oursAlone, (await runClients(1, seconds / 2, append)).p50Milliseconds);
    if (typeof emmett === 'string') continue;
    note(figures.emmett, (await runClients(CLIENTS, seconds, emmett.append)).eventsPerSecond);
    note(figures.emmettAlone, (await runClients(1, seconds / 2, emmett.append)).p50Milliseconds);
  }
  await store.close();
  await listener.close();
  await pool.end();
  if (typeof emmett !== 'string') await emmett.close();
  return rowsOf(figures, typeof emmett === 'string' ? emmett : undefined);
}

function rowsOf(
  figures: Record<'ours' | 'raw' | 'emmett' | 'oursAlone' | 'emmettAlone', number[]>,
  whyNoEmmett: string | undefined,
): BenchRow[] {
  const row = (what: string, ours: number[], limit: number[], unit: string, note: string): BenchRow => ({
    what,
    ours: median(ours),
    limit: median(limit),
    unit,
    // Of neighbouring rounds, which the rest of the machine disturbs alike.
    ratio: median(ours.map((figure, round) => figure / (limit[round] ?? Number.NaN))),
    note: limit.length > 0 ? `${note}; spread ${percent(ours)} ours, ${percent(limit)} theirs` : `${note}`,
  });
  const peer = whyNoEmmett ? `Emmett could not be installed: ${whyNoEmmett}` : 'Emmett 0.42';
  return [
    row('event store, 64 clients', figures.ours, figures.emmett, 'events/s', `${peer}; target ≥ 5 ×`),
    row(
      'event store, 64 clients',
      figures.ours,
      figures.raw,
      'events/s',
      'raw inserts, 64 rows a transaction, one lane; aim ≥ 0.7',
    ),
    row(
      'event store, 1 client, median',
      figures.oursAlone,
      figures.emmettAlone,
      'ms',
      `${peer}; lower is better`,
    ),
  ];
}

const percent = (values: readonly number[]) => `${Math.round(spread(values) * 100)} %`;
