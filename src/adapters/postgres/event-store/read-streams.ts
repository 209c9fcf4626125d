import type { Pool } from 'pg';
import type { StoredEvent } from '../../../core/event.js';
import { toStoreError } from '../connection/database-errors.js';
import { soon } from '../connection/patience.js';
import { asText, type StoredRow, toStoredEvent } from './stored-row.js';

/** What is asked of a stream: all after an event that was read of it earlier, or everything. */
export interface StreamRead {
  readonly stream: string;
  readonly last?: Pick<StoredEvent, 'eventId' | 'revision'>;
}

type StreamRow = [...columns: StoredRow, number: string];
const NUMBER = 9;
const EVENT_ID = 3;

/** The last known event comes along, so that it is seen whether it still is what it was, but nothing that is known of it. */
const READ_STREAMS = `
  select event.*, wanted.number
  from unnest($1::text[], $2::integer[]) with ordinality as wanted (stream, known, number)
  cross join lateral (
    select position, stream, revision, event_id, type, schema_version,
      case when revision > wanted.known then data end as data,
      case when revision > wanted.known then metadata end as metadata,
      case when revision > wanted.known then recorded_at end as recorded_at
    from events where events.stream = wanted.stream collate "C" and revision >= wanted.known
    order by revision
  ) as event
  order by wanted.number, event.revision`;

/** Of each stream its events in order; undefined where the last known event is not in its place. */
export async function readStreams(
  pool: Pool,
  reads: readonly StreamRead[],
): Promise<(StoredEvent[] | undefined)[]> {
  const values = [reads.map(({ stream }) => stream), reads.map(({ last }) => last?.revision ?? -1)];
  try {
    // Before every decision: planning it costs more than running it.
    const { rows } = await pool.query<StreamRow>({
      ...soon,
      ...asText,
      name: 'read_streams',
      text: READ_STREAMS,
      values,
    });
    const rowsOf = Map.groupBy(rows, (row) => Number(row[NUMBER]));
    return reads.map(({ last }, index) => {
      const events = rowsOf.get(index + 1) ?? [];
      if (!last) return events.map(toStoredEvent);
      return events[0]?.[EVENT_ID] === last.eventId ? events.slice(1).map(toStoredEvent) : undefined;
    });
  } catch (error) {
    throw toStoreError(error);
  }
}
