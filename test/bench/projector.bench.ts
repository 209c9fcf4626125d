import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg, { type Pool } from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { createListener, type Listener } from '../../src/adapters/postgres/connection/listener.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createPostgresEventStore } from '../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresProjectionStore } from '../../src/adapters/postgres/projection-store/projection-store.js';
import { createPositionWaiter } from '../../src/adapters/postgres/projection-store/waiter.js';
import type { EventToAppend } from '../../src/core/event.js';
import type { EventStore } from '../../src/core/event-store.js';
import { deriveId } from '../../src/core/ids.js';
import { silentLogger } from '../../src/core/logger.js';
import type { AnyProjection } from '../../src/core/projection-store.js';
import { mediaEvents } from '../../src/domain/media/media-events.js';
import { viewerEvents } from '../../src/domain/viewer/viewer.js';
import { projections } from '../../src/projections/index.js';
import { mediaHistory } from '../../src/projections/media-history.js';
import { trending } from '../../src/projections/trending.js';
import { systemClock } from '../../src/runtime/clock.js';
import { createEventCodec } from '../../src/runtime/command/event-codec.js';
import { runProjector } from '../../src/runtime/projection/projector.js';
import { rebuildProjection } from '../../src/runtime/projection/rebuild-projection.js';
import { bareLoop } from './support/bare-loop.js';

const EVENTS = 100_000;
export const BESIDE_LOOP = ', beside a bare loop';
const APPENDS_PER_SECOND = 400;
const LIVE_SECONDS = 6;

interface Figure {
  readonly what: string;
  readonly ours: number;
  readonly limit: number;
  readonly unit: string;
  readonly ratio: number;
  readonly note: string;
}

const { decode } = createEventCodec({ ...mediaEvents, ...viewerEvents });

/** Every second event belongs to a media item's history, the other to what trends. */
function eventNumber(index: number): EventToAppend {
  const mediaId = `media-${index % 5000}`;
  const occurredAt = new Date(1_790_000_000_000 + index * 1000).toISOString();
  const metadata = {
    correlationId: 'bench',
    commandId: 'bench',
    causationId: null,
    actor: 'bench',
    occurredAt,
    tenantId: 'default',
    traceparent: null,
  };
  const eventId = deriveId('projector-bench', index);
  return index % 2 === 0
    ? {
        eventId,
        type: 'MediaUploaded',
        schemaVersion: 1,
        metadata,
        data: { mediaId, blobKey: `originals/${mediaId}`, sizeBytes: index, sha256: 'f'.repeat(64) },
      }
    : {
        eventId,
        type: 'InteractionRecorded',
        schemaVersion: 1,
        metadata,
        data: { userId: `user-${index % 900}`, mediaId, type: 'play', value: null, occurredAt },
      };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Rates, and the processor time of this process an event. */
interface Contender {
  readonly rates: number[];
  readonly microseconds: number[];
}

async function race(events: number, contender: Contender, work: () => Promise<unknown>): Promise<void> {
  const before = process.cpuUsage();
  const seconds = await secondsOf(work);
  const { user, system } = process.cpuUsage(before);
  contender.rates.push(events / seconds);
  contender.microseconds.push((user + system) / events);
}

/**
 * Events a second of a rebuild, swap included, beside the rate at which PostgreSQL copies the same rows by itself, and
 * beside a loop in Node that reads and writes as much and does nothing else.
 */
async function benchRebuild(
  pool: Pool,
  store: EventStore,
  projection: AnyProjection,
  { table, type, raw }: { readonly table: string; readonly type: string; readonly raw: string },
): Promise<Figure[]> {
  const projectionStore = createPostgresProjectionStore({ pool });
  const contender = (): Contender => ({ rates: [], microseconds: [] });
  const [ours, copy, loop] = [contender(), contender(), contender()];
  const events = EVENTS / 2;
  const emptyTable = () =>
    pool.query(`drop table if exists raw_rows; create table raw_rows (like ${table} including all)`);
  for (let turn = 0; turn < 5; turn++) {
    await race(events, ours, () =>
      rebuildProjection({
        projection,
        store,
        projectionStore,
        decode,
        clock: systemClock,
        logger: silentLogger,
        signal: new AbortController().signal,
        mode: 'restart',
      }),
    );
    await emptyTable();
    await race(events, copy, () => pool.query(`insert into raw_rows ${raw}`));
    await emptyTable();
    await race(events, loop, await bareLoop(pool, type, table, 'raw_rows'));
  }
  const rate = median(ours.rates);
  const figure = (what: string, peer: Contender, note: string): Figure => ({
    what: `rebuild of ${projection.name}${what}`,
    ours: Math.round(rate),
    limit: Math.round(median(peer.rates)),
    unit: 'events/s',
    ratio: rate / median(peer.rates),
    note,
  });
  const cost = ({ microseconds }: Contender) => `${median(microseconds).toFixed(1)} µs`;
  return [
    figure('', copy, `limit: insert … select of the same rows; ${events} events, with indexes and the swap`),
    figure(
      BESIDE_LOOP,
      loop,
      `events read as text and finished rows copied in, by Node; its processor time an event ${cost(loop)}, ours ${cost(ours)}`,
    ),
  ];
}

/** How long after its acknowledgement a change can be seen, while all views follow a steady load. */
async function benchVisibility(pool: Pool, store: EventStore, listener: Listener): Promise<Figure> {
  const stopping = new AbortController();
  const waiter = createPositionWaiter({ pool, listener, logger: silentLogger, store });
  const projector = runProjector({
    store,
    projections,
    projectionStore: createPostgresProjectionStore({ pool }),
    decode,
    logger: silentLogger,
    signal: stopping.signal,
    onAdvanced: waiter.onAdvanced,
  });
  const names = projections.map(({ name }) => name);
  await waiter.waitFor(names, await store.head(), { timeoutMilliseconds: 120_000 });
  const delays: number[] = [];
  const pending: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < APPENDS_PER_SECOND * LIVE_SECONDS; ) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * APPENDS_PER_SECOND);
    for (; sent < due; sent++) pending.push(appendOne(EVENTS + sent));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  stopping.abort();
  await projector.done;
  waiter.close();

  async function appendOne(index: number): Promise<void> {
    const { position } = await store.append(`bench-live-${index}`, [eventNumber(index)], 'any');
    const acknowledgedAt = performance.now();
    await waiter.waitFor(names, position);
    delays.push(performance.now() - acknowledgedAt);
  }

  delays.sort((left, right) => left - right);
  const p99 = delays[Math.floor(delays.length * 0.99)] ?? Number.NaN;
  return {
    what: 'acknowledgement to visible in every view, p99',
    ours: Math.round(p99 * 10) / 10,
    limit: 100,
    unit: 'ms',
    ratio: p99 / 100,
    note: `${APPENDS_PER_SECOND} events/s, ${names.length} views; median ${median(delays).toFixed(1)} ms`,
  };
}

/** Projections on a PostgreSQL of their own: how fast a view is rebuilt, and how soon it shows a change. */
export async function benchProjector(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-bench-'));
  await chmod(folder, 0o755); // as root, the server runs as its own user, who must be able to enter
  const server = await startEmbeddedPostgres({ dataFolder: folder, logger: silentLogger });
  const { connectionString } = server;
  const pool = new pg.Pool({ connectionString, max: 10 });
  pool.on('error', () => {}); // the server ends before the pool's idle connections do
  const listener = createListener({ connectionString, logger: silentLogger });
  const store = createPostgresEventStore({ pool, listener });
  try {
    await migrate(connectionString);
    for (let index = 0; index < EVENTS; index += 1000)
      await store.append(
        `bench-${index}`,
        Array.from({ length: 1000 }, (_, offset) => eventNumber(index + offset)),
        'no-stream',
      );
    await pool.query('vacuum analyze events');
    const history = await benchRebuild(pool, store, mediaHistory, {
      table: 'media_history',
      type: 'MediaUploaded',
      raw: 'select * from media_history',
    });
    const trends = await benchRebuild(pool, store, trending, {
      table: 'trending',
      type: 'InteractionRecorded',
      raw: `select media_id, period_start, sum(round(1024 * power(2, extract(epoch from at - period_start)::float8 / 86400)))
       from (
         select media_id, at, to_timestamp(floor(extract(epoch from at) / 1382400) * 1382400) as period_start
         from (
           select data->>'mediaId' as media_id, (data->>'occurredAt')::timestamptz as at
           from events where type = 'InteractionRecorded'
         ) as plays
       ) as placed
       group by media_id, period_start`,
    });
    return [...history, ...trends, await benchVisibility(pool, store, listener)];
  } finally {
    await store.close();
    await listener.close();
    await pool.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv.includes('--run')) console.table(await benchProjector());
