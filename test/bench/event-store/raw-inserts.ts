import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { STREAM_LENGTH, sampleEvent } from './workload.js';

const ROWS_PER_TRANSACTION = 64;

/**
 * The ceiling: one connection that inserts 64 ready-made rows a transaction into a table shaped as the log, with
 * every index of it, and checks nothing. Gives rows a second.
 */
export async function runRawInserts(pool: Pool, seconds: number): Promise<number> {
  await pool.query('create table if not exists raw_events (like events including all)');
  const { rows } = await pool.query<{ head: string }>(
    'select coalesce(max(position), 0) as head from raw_events',
  );
  const nextRows = createRowSource();
  const client = await pool.connect();
  let place = Number(rows[0]?.head);
  const before = place;
  const startAt = performance.now();
  while (performance.now() < startAt + seconds * 1_000) {
    await client.query({ name: 'raw_insert', text: INSERT, values: nextRows(place) });
    place += ROWS_PER_TRANSACTION;
  }
  client.release();
  return (place - before) / ((performance.now() - startAt) / 1_000);
}

const INSERT = `
  insert into raw_events
    (position, stream, revision, event_id, type, schema_version, data, metadata, recorded_at)
  select row.*, now() from unnest(
    $1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::text[], $6::integer[], $7::json[], $8::json[]
  ) as row`;

/** One row for each of 64 streams, all as long as the clients' streams are, and as the clients' named. */
function createRowSource() {
  let streams: string[] = [];
  let revision = STREAM_LENGTH;
  return (place: number): unknown[] => {
    revision += 1;
    if (revision >= STREAM_LENGTH) {
      revision = 0;
      streams = Array.from({ length: ROWS_PER_TRANSACTION }, () => `bench-${randomUUID()}`);
    }
    const events = streams.map((_, index) => sampleEvent(place + index));
    return [
      events.map((_, index) => place + index + 1),
      streams,
      events.map(() => revision),
      events.map((event) => event.eventId),
      events.map((event) => event.type),
      events.map((event) => event.schemaVersion),
      events.map((event) => JSON.stringify(event.data)),
      events.map((event) => JSON.stringify(event.metadata)),
    ];
  };
}
