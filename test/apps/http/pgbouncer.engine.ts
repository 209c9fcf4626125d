import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { topicTable } from '../../../src/adapters/kafka/topics/topic-table.js';
import { jobKinds } from '../../../src/domain/jobs.js';
import { getJson, isSettled, waitForItem } from '../../e2e/support/client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { engine } from '../../support/engines.js';
import { deleteTopics, makeTopics } from '../../support/kafka-topics.js';
import { type PgBouncer, startPgBouncer } from '../../support/pgbouncer.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let bouncer: PgBouncer;
let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
  bouncer = await startPgBouncer(inject('postgresUrl'));
  database = await createTestDatabase({ isMigrated: false });
  server = await startServer(`${folder.path}/data`, {
    DATABASE_URL: bouncer.urlOf(database.url),
    DATABASE_DIRECT_URL: database.url,
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
  });
});
afterAll(async () => {
  await server.stop();
  await database.drop();
  await bouncer.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

test('behind PgBouncer in transaction mode an upload is published, found, and shown by a view that is rebuilt', async () => {
  const clip = await makeGoodClip(`${folder.path}/clip.mp4`, 2);
  const mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(clip))));
  const item = await waitForItem(server.url, mediaId, isSettled);
  expect(item).toMatchObject({ status: 'published' });

  const { status } = await fetch(`${server.url}/v1/projections/media-library/rebuild`, { method: 'POST' });
  expect(status).toBe(202);
  await expect
    .poll(async () => {
      const { items } = await getJson<{ items: { name: string; rebuild: object | null }[] }>(
        `${server.url}/v1/projections`,
      );
      return items.find(({ name }) => name === 'media-library')?.rebuild;
    })
    .toBeNull();
  const { items } = await getJson<{ items: { id: string }[] }>(`${server.url}/v1/media?q=clip`);
  expect(items.map(({ id }) => id)).toContain(mediaId);
});

test('a change is seen by whoever brings its position, and only what needs a session goes past the pooler', async () => {
  const { items } = await getJson<{ items: { id: string }[] }>(`${server.url}/v1/media`);
  const address = `${server.url}/v1/media/${items[0]?.id}`;
  for (let round = 0; round < 20; round++) {
    const body = JSON.stringify({ title: `round ${round}` });
    const headers = { 'content-type': 'application/json' };
    const changed = await fetch(address, { method: 'PATCH', headers, body });
    const { position } = (await changed.json()) as { position: string };
    const item = await getJson<{ title: string }>(address, { 'mediaflow-after': position });
    expect(item.title).toBe(`round ${round}`);
  }
  expect(await bouncer.transactions()).toBeGreaterThan(200);

  const { rows } = await database.pool.query<{ name: string }>(
    `select distinct application_name as name from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and client_port <> all ($1)`,
    [await bouncer.serverPorts()],
  );
  const names = rows.map(({ name }) => name);
  expect(names).toContain('mediaflow-listener');
  expect(names).not.toContain('mediaflow-queries');
});

test('with jobs over Kafka too an upload is published behind PgBouncer', async () => {
  const { KAFKA_BROKERS } = engine('kafka');
  const settings = { brokers: KAFKA_BROKERS.split(','), clientId: 'test' };
  const prefix = `test-${randomUUID()}`;
  await makeTopics(settings, prefix, topicTable(jobKinds));
  const own = await createTestDatabase({ isMigrated: false });
  const withKafka = await startServer(`${folder.path}/data-with-kafka`, {
    ...{ DATABASE_URL: bouncer.urlOf(own.url), DATABASE_DIRECT_URL: own.url },
    ...{ KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: prefix, MEDIAFLOW_JOBS: 'kafka' },
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
  });
  const clip = await makeGoodClip(`${folder.path}/other-clip.mp4`, 2);
  const mediaId = await mediaIdOf(await sendForm(withKafka.url, form(await filePart(clip))));
  const item = await waitForItem(withKafka.url, mediaId, isSettled);
  expect(item).toMatchObject({ status: 'published' });
  await withKafka.stop();
  await own.drop();
  await deleteTopics(settings, prefix);
  expect(withKafka.errors).toEqual([]);
}, 120_000);
