import pg from 'pg';
import type { EventMetadata, StoredEvent } from '../../../core/event.js';
import type { JsonObject } from '../../../core/json.js';
import { positionAt } from '../../../core/numbered-position.js';

/** A row of the log as PostgreSQL tells it: text all of it, in the order of the columns. */
export type StoredRow = readonly [
  position: string,
  stream: string,
  revision: string,
  eventId: string,
  type: string,
  schemaVersion: string,
  data: string,
  metadata: string,
  recordedAt: string,
  ...more: string[],
];

/** Has `pg` hand over rows as they come: it would make a `Date` and an object of each, which costs half as much again. */
export const asText = {
  rowMode: 'array',
  types: { getTypeParser: () => (text: string) => text },
} as const;

export const toStoredEvent = (row: StoredRow): StoredEvent => ({
  eventId: row[3],
  stream: row[1],
  revision: Number(row[2]),
  position: positionAt(Number(row[0])),
  type: row[4],
  schemaVersion: Number(row[5]),
  data: JSON.parse(row[6]) as JsonObject,
  metadata: JSON.parse(row[7]) as EventMetadata,
  recordedAt: instantOf(row[8]),
});

const IN_UTC = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;
const parseTimestamp = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);

/** Of a server in UTC no `Date` is needed. Of microseconds, as in any `Date`, the milliseconds are left. */
function instantOf(timestamp: string): string {
  const parts = IN_UTC.exec(timestamp);
  if (!parts) return (parseTimestamp(timestamp) as Date).toISOString();
  const [, date, time, fraction = ''] = parts;
  return `${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
