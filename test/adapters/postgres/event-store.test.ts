import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store.js';
import { createTestDatabase } from '../../support/database.js';

const database = await createTestDatabase();
const store = createPostgresEventStore({ pool: database.pool, connectionString: database.url });
afterAll(async () => {
  await store.close();
  await database.drop();
});
const event = (id = randomUUID()) => ({
  eventId: id,
  type: 'T',
  schemaVersion: 1,
  data: { a: 1, b: 'it\'s "x" \\ é' },
  metadata: {
    correlationId: 'c',
    commandId: 'c',
    causationId: null,
    actor: 'a',
    occurredAt: '2026-01-01T00:00:00.000Z',
    tenantId: 't',
    traceparent: null,
  },
});
test('append, read, subscribe', async () => {
  const events = [event(), event()];
  const first = await store.append('s-1', events, 'no-stream');
  expect(await store.append('s-1', events, 'no-stream')).toEqual(first);
  await expect(store.append('s-1', [event()], 'no-stream')).rejects.toMatchObject({ actual: 1 });
  expect((await store.readStream('s-1')).map((e) => e.eventId)).toEqual(events.map((e) => e.eventId));
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const page of store.subscribeAll({ after: '', signal: stop.signal })) {
    seen.push(...page.events.map((e) => e.position));
    if (seen.length === 2) void store.append('s-1', [event()], 1);
    if (seen.length === 3) stop.abort();
  }
  expect(seen).toHaveLength(3);
  expect(await store.readAll({ after: '', limit: 10, filter: { types: ['T', 'U'] } })).toMatchObject({
    position: await store.head(),
  });
});
