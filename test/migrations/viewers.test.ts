import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Viewers1763700000023 } from '../../migrations/0023-viewers.js';
import { createPgBossJobQueue } from '../../src/adapters/pg-boss/job-queue.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createPostgresEventStore } from '../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresViewers } from '../../src/adapters/postgres/viewers/viewers.js';
import type { EventToAppend, StoredEvent } from '../../src/core/event.js';
import { silentLogger } from '../../src/core/logger.js';
import { NO_REQUEST } from '../../src/core/request-origin.js';
import { eventDefinitions, type MediaFlowEvent } from '../../src/domain/index.js';
import { createEventCodec } from '../../src/runtime/command/event-codec.js';
import { jobPolicies } from '../../src/workers/policies.js';
import { sampleEvent } from '../contracts/event-store-samples.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { everythingIn, tablesWith } from '../support/everything-in.js';
import { undoMigrations } from '../support/undo-migrations.js';

const ADA = 'ada “Quirinius” o’hara@example.org';
const BOB = 'bob';
const requestId = randomUUID();
let database: TestDatabase;
let before: readonly StoredEvent[];
let after: readonly StoredEvent[];
const query = async (sql: string) => (await database.pool.query(sql)).rows;

const requestOf = (type: string, data: object): EventToAppend => ({
  ...sampleEvent({ type, data: data as never }),
  metadata: { ...sampleEvent().metadata, requestHash: 'of Quirinius' },
});
const played = (userId: string) =>
  requestOf('InteractionRecorded', {
    ...{ userId, mediaId: 'm1', type: 'play', value: null },
    occurredAt: '2026-11-21T09:30:00.000Z',
  });
const payload = { requestId, userId: ADA, genre: null, limit: 3 };
const items = [
  { mediaId: 'm1', score: 1, reason: 'Watched by people who liked “Wedding of Zebulon”' },
  { mediaId: 'm2', score: 0.5, reason: 'Popular now' },
];

beforeAll(async () => {
  database = await createTestDatabase();
  const queue = await createPgBossJobQueue({
    ...{ connectionString: database.url, logger: silentLogger, exclusive: true },
    kinds: [{ kind: 'recommend', policy: jobPolicies.recommend }],
  });
  const cause = { correlationId: 'c', causationId: 'c', ...NO_REQUEST };
  await queue.enqueue([{ id: randomUUID(), kind: 'recommend', key: ADA, payload, ...cause }]);
  await queue.stop({ graceSeconds: 0 });
  await undoMigrations(database.url, Viewers1763700000023);

  const store = createPostgresEventStore(database);
  await store.append(`viewer-${ADA}`, [played(ADA), played(ADA)], 'any');
  await store.append(`viewer-${BOB}`, [played(BOB)], 'any');
  const request = [
    requestOf('RecommendationRequested', payload),
    requestOf('RecommendationGenerated', {
      requestId,
      userId: ADA,
      ranking: { name: 'r', version: '1' },
      items,
    }),
  ];
  await store.append(`recommendation-${requestId}`, request, 'no-stream');
  before = (await store.readAll({ after: '', limit: 9 })).events;
  const list = [ADA, requestId, JSON.stringify(items)];
  const { pool } = database;
  await pool.query(`insert into viewer_activity (user_id, media_id, plays) values ($1, 'm1', 2)`, [ADA]);
  await pool.query(
    `insert into recommendations (user_id, request_id, ranking, items, generated_at) values ($1, $2, '{}', $3, now())`,
    list,
  );
  await pool.query(
    `insert into recommendation_requests (user_id, request_id, status, requested_at, items)
     values ($1, $2, 'done', now(), $3)`,
    list,
  );
  const run = { kind: 'recommend', key: ADA, payload };
  await pool.query(
    `insert into saga_outbox (id, saga, instance, body, origin, created_at)
     values (gen_random_uuid(), 'recommendation', 'r', $1, '{}', now())`,
    [JSON.stringify({ run })],
  );
  await pool.query(
    `insert into saga_parked_inputs (saga, instance, trigger) values ('recommendation', 'r', $1)`,
    [JSON.stringify({ event: before[3] })],
  );
  await pool.query(
    `insert into dead_letters (job_id, kind, key, payload, priority, correlation_id, causation_id, attempts, code, message, failed_at)
     values (gen_random_uuid(), 'recommend', $1, $2, 0, 'c', 'c', 1, 'x', 'x', now())`,
    [ADA, JSON.stringify(payload)],
  );
  await migrate(database.url);
  after = (await store.readAll({ after: '', limit: 9 })).events;
  await store.close();
});
afterAll(() => database.drop());

test('a user id stands in the table of viewers, and nowhere else', async () => {
  expect(await tablesWith(query as never, ['Quirinius'])).toEqual(['public.viewers']);
});

test('what was told of a user is told of one viewer, wherever it stood', async () => {
  const viewers = createPostgresViewers(database);
  const [ada = '', bob = ''] = [await viewers.find(ADA), await viewers.find(BOB)];
  const tables = (await everythingIn(query as never)).filter(({ row }) => row.includes(ada));
  expect([...new Set(tables.map(({ table }) => table))].toSorted()).toEqual([
    ...[
      'pgboss.job',
      'pgboss.job_common',
      'public.dead_letters',
      'public.events',
      'public.recommendation_requests',
    ],
    ...[
      'public.recommendations',
      'public.saga_outbox',
      'public.saga_parked_inputs',
      'public.viewer_activity',
    ],
    'public.viewers',
  ]);
  expect(after.map(({ stream, data }) => [stream, data.userId])).toEqual([
    [`viewer-${ada}`, ada],
    [`viewer-${ada}`, ada],
    [`viewer-${bob}`, bob],
    [`recommendation-${requestId}`, ada],
    [`recommendation-${requestId}`, ada],
  ]);
});

test('events are what they were beside that, and can be read', () => {
  const codec = createEventCodec<MediaFlowEvent>(eventDefinitions);
  const rest = ({ eventId, type, revision, position, schemaVersion }: StoredEvent) => [
    ...[eventId, type, revision, position, schemaVersion],
  ];
  expect(after.map(rest)).toEqual(before.map(rest));
  expect(after.map((event) => codec.decode(event).data)).toEqual(
    before.map(({ data }, index) => ({
      ...data,
      userId: after[index]?.data.userId,
      ...(data.items ? { items: untitled } : {}),
    })),
  );
});

const untitled = [{ ...items[0], reason: 'Watched by people like you' }, items[1]];

test('what a user id could be guessed by is gone', () => {
  for (const { eventId, type, metadata } of after) {
    expect(metadata.requestHash).toBeUndefined();
    if (type === 'InteractionRecorded')
      expect([metadata.commandId, metadata.correlationId]).toEqual([eventId, eventId]);
  }
});

test('titles of items are gone from the reasons of lists', async () => {
  expect(await tablesWith(query as never, ['Zebulon'])).toEqual([]);
});
