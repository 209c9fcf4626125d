import type { Pool } from 'pg';
import { invalid } from '../../../core/errors.js';
import type { StoredEvent } from '../../../core/event.js';
import type { AllFilter, AllPage } from '../../../core/event-store.js';
import { placeOf, positionAt } from '../../../core/numbered-position.js';
import { latest } from '../../../core/position.js';
import { toStoreError } from '../connection/database-errors.js';
import { soon } from '../connection/patience.js';
import { asText, type StoredRow, toStoredEvent } from './stored-row.js';

/** Of a page without events one row comes, of nulls and the head. */
type PageRow = readonly [...columns: StoredRow, head: string] | readonly [null, ...rest: string[]];

const isEvent = (row: PageRow): row is readonly [...columns: StoredRow, head: string] => row[0] !== null;

/**
 * By name: of a table that a newer release adds a column to, a prepared statement for all columns would fail for good.
 * In the order of `StoredRow`.
 */
const COLUMNS = 'position, stream, revision, event_id, type, schema_version, data, metadata, recorded_at';

/** One statement reads head and events, so that both come from one snapshot and the head is a safe checkpoint. */
const pageQuery = (events: string) => `
  with log as materialized (select coalesce(max(position), 0) as head from events)
  select page.*, log.head
  from log left join lateral (${events} order by position limit $2) as page on true
  order by page.position`;

const EVERY_TYPE = pageQuery(`select ${COLUMNS} from events where position > $1`);
// Each type has its own stretch of the index, so that a rare type is found without a scan of the log. Said as a range
// of rows, because for `type = … and position > …` the planner likes to read the log by position and filter. Of each type
// as many may be looked at as are wanted of all, so the index alone is: only those that are taken are read from the table.
const SOME_TYPES = pageQuery(`
  select event.* from (
    select of_type.position from unnest($3::text[]) as wanted (type) cross join lateral (
      select position from events
      where (type, position) > (wanted.type collate "C", $1::bigint)
        and (type, position) <= (wanted.type collate "C", 9223372036854775807)
      order by type, position limit $2
    ) as of_type
    order by position limit $2
  ) as taken cross join lateral (
    -- At most one there is anyway: said, lest the planner joins them by reading the whole table.
    select ${COLUMNS} from events where events.position = taken.position limit 1
  ) as event`);

export async function readAll(
  pool: Pool,
  { after, filter, limit }: { after: string; filter?: AllFilter; limit: number },
): Promise<AllPage> {
  const place = placeOf(after);
  checkLimit(limit);
  const types = filter?.types && [...new Set(filter.types)];
  const rows = types
    ? await query<PageRow>(pool, SOME_TYPES, [place, limit, types])
    : // Followed all the time: planning it costs as much as running it. There is but one plan for it.
      await query<PageRow>(pool, EVERY_TYPE, [place, limit], 'read_log');
  const events = rows.filter(isEvent).map(toStoredEvent);
  const last = events.at(-1);
  const head = positionOfHead(rows[0]?.at(-1));
  return { events, position: last && events.length >= limit ? last.position : latest(after, head) };
}

export async function readStream(
  pool: Pool,
  stream: string,
  { fromRevision = 0, limit }: { fromRevision?: number; limit?: number } = {},
): Promise<StoredEvent[]> {
  if (limit !== undefined) checkLimit(limit);
  const rows = await query<StoredRow>(
    pool,
    `select ${COLUMNS} from events where stream = $1 and revision >= $2 order by revision limit $3`,
    [stream, fromRevision, limit ?? null],
    'read_stream',
  );
  return rows.map(toStoredEvent);
}

export async function readEvent(pool: Pool, position: string): Promise<StoredEvent | undefined> {
  const rows = await query<StoredRow>(pool, `select ${COLUMNS} from events where position = $1`, [
    placeOf(position),
  ]);
  return rows.map(toStoredEvent)[0];
}

export async function readHead(pool: Pool): Promise<string> {
  const rows = await query<[head: string | null]>(pool, 'select max(position) from events', []);
  return positionOfHead(rows[0]?.[0]);
}

const positionOfHead = (head: string | null | undefined) =>
  Number(head ?? 0) > 0 ? positionAt(Number(head)) : '';

async function query<Row extends readonly unknown[]>(
  pool: Pool,
  text: string,
  values: unknown[],
  name?: string,
): Promise<Row[]> {
  try {
    const config = { ...soon, ...asText, text, values, ...(name && { name }) };
    return (await pool.query<Row & unknown[]>(config)).rows;
  } catch (error) {
    throw toStoreError(error);
  }
}

function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1) throw invalid('invalid_limit', 'A limit is a positive integer');
}
