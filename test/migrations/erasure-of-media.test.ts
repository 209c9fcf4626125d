import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ErasureOfMedia1763700000021 } from '../../migrations/0021-erasure-of-media.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createPostgresEventStore } from '../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresPersonalKeys } from '../../src/adapters/postgres/personal-keys/personal-keys.js';
import type { EventToAppend, StoredEvent } from '../../src/core/event.js';
import { eventDefinitions, type MediaFlowEvent } from '../../src/domain/index.js';
import { createEventCodec } from '../../src/runtime/command/event-codec.js';
import { sampleEvent } from '../contracts/event-store-samples.js';
import { probe, registered } from '../kit/media-fixtures.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { tablesWith } from '../support/everything-in.js';
import { undoMigrations } from '../support/undo-migrations.js';

const [deleted, joined, kept] = [randomUUID(), randomUUID(), randomUUID()];
let database: TestDatabase;
let before: readonly StoredEvent[];
let after: readonly StoredEvent[];

const eventsOf = (mediaId: string): EventToAppend[] =>
  [
    { type: 'MediaRegistered', data: { ...registered.data, title: 'Quirinius', description: 'Quirinius' } },
    {
      type: 'MediaProbed',
      version: 2,
      data: { kind: 'video', probe: { ...probe, tags: { a: 'Quirinius' } } },
    },
    { type: 'MediaDetailsChanged', data: { title: 'Quirinius' } },
    { type: 'MediaReviewed', data: { decision: 'reject', reason: 'Quirinius', reviewer: 'ada' } },
    { type: 'MediaRejected', data: { by: 'reviewer', reason: 'Quirinius' } },
  ].map(({ type, version = 1, data }) => ({
    ...sampleEvent({ type, schemaVersion: version, data: { ...data, mediaId } as never }),
    metadata: { ...sampleEvent().metadata, requestHash: 'Quirinius-hash' },
  }));

beforeAll(async () => {
  database = await createTestDatabase();
  await undoMigrations(database.url, ErasureOfMedia1763700000021);
  const store = createPostgresEventStore(database);
  for (const mediaId of [deleted, kept])
    await store.append(`media-${mediaId}`, eventsOf(mediaId), 'no-stream');
  const deletion = sampleEvent({ type: 'MediaDeleted', data: { mediaId: deleted } });
  await store.append(`media-${deleted}`, [deletion], 'stream-exists');
  const part = { id: joined, kind: 'partial', joinedInto: deleted };
  for (const { id, kind, joinedInto } of [{ id: deleted, kind: 'final', joinedInto: null }, part])
    await database.pool.query(
      `insert into uploads (id, kind, state, metadata, parts, joined_into, created_at, expires_at)
       values ($1, $2, 'closed', 'title Quirinius', '{}', $3, now(), now())`,
      [id, kind, joinedInto],
    );
  before = (await store.readAll({ after: '', limit: 100 })).events;
  await migrate(database.url);
  after = (await store.readAll({ after: '', limit: 100 })).events;
  await store.close();
});
afterAll(() => database.drop());

const ofItem = (events: readonly StoredEvent[], mediaId: string) =>
  events.filter(({ stream }) => stream === `media-${mediaId}`);

test('of an item that an earlier release deleted nothing is left that people wrote', async () => {
  const query = async (sql: string) => (await database.pool.query(sql)).rows;
  await database.pool.query('delete from events where stream = $1', [`media-${kept}`]);
  expect(await tablesWith(query as never, ['Quirinius'])).toEqual([]);
});

test('its events are still what they were, and can be read', () => {
  const codec = createEventCodec<MediaFlowEvent>(eventDefinitions);
  const rest = ({ eventId, type, revision, position, schemaVersion }: StoredEvent) => [
    ...[eventId, type, revision, position, schemaVersion],
  ];
  expect(ofItem(after, deleted).map(rest)).toEqual(ofItem(before, deleted).map(rest));
  expect(ofItem(after, deleted).map((event) => codec.decode(event).type)).toHaveLength(6);
  const [first, , changed] = ofItem(after, deleted);
  expect(first?.metadata.erased).toBe(true);
  expect(changed?.data).toEqual({ mediaId: deleted, title: '' });
});

test('other items are left as they are', () => {
  expect(ofItem(after, kept)).toEqual(ofItem(before, kept));
});

test('nothing that comes later can be kept of the deleted one', async () => {
  const keys = createPostgresPersonalKeys(database);
  const made = await keys.forWriting([`media-${deleted}`, `media-${kept}`]);
  expect([...made.keys()]).toEqual([`media-${kept}`]);
});
