import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { EventToAppend, RecordedEvent, StoredEvent } from '../../src/core/event.js';
import type { JsonObject } from '../../src/core/json.js';
import type { RowOperation } from '../../src/core/projection.js';
import type { AnyProjection } from '../../src/core/projection-store.js';

/** A small view with every kind of column trouble: required, defaulted and generated columns, and two tables. */
export async function createSampleTables(pool: Pool, prefix = 'sample'): Promise<void> {
  await pool.query(`
    create table ${prefix}_items (
      id text primary key,
      title text not null,
      state text not null default 'new',
      plays bigint not null default 0,
      likes integer,
      details jsonb,
      search tsvector generated always as (to_tsvector('simple', title)) stored
    );
    create index ${prefix}_items_newest on ${prefix}_items (state, id);
    create table ${prefix}_tags (
      item_id text, tag text, weight bigint not null default 0, primary key (item_id, tag)
    )`);
}

export const sampleTables = (prefix = 'sample') => ({
  [`${prefix}_items`]: ['id'],
  [`${prefix}_tags`]: ['item_id', 'tag'],
});

/** Every `RowsChanged` event carries the operations it stands for. */
export function sampleProjection(prefix = 'sample', overrides: Partial<AnyProjection> = {}): AnyProjection {
  return {
    name: prefix,
    version: 1,
    tables: sampleTables(prefix),
    on: {
      RowsChanged: (event: RecordedEvent) => (event.data as { operations: RowOperation[] }).operations,
    },
    ...overrides,
  };
}

export const decodeSample = (stored: StoredEvent): RecordedEvent => stored;

export function sampleEvent(type: string, data: JsonObject = {}): EventToAppend {
  return {
    eventId: randomUUID(),
    type,
    schemaVersion: 1,
    data,
    metadata: {
      correlationId: 'correlation',
      commandId: 'command',
      causationId: null,
      actor: 'test',
      occurredAt: '2026-11-21T09:30:00.000Z',
      tenantId: 'default',
      traceparent: null,
    },
  };
}

export const rowsChanged = (...operations: RowOperation[]): EventToAppend =>
  sampleEvent('RowsChanged', { operations: operations as unknown as JsonObject[] });
