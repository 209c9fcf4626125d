import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson } from '../../e2e/support/client.js';
import { type CuttingProxy, createCuttingProxy } from '../../support/cutting-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectProblem, form, sendForm, sendJson } from './support/client.js';
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from './support/server.js';

let folder: TemporaryFolder;
let database: TestDatabase;
let proxy: CuttingProxy;
let server: TestServer;

beforeAll(async () => {
  folder = temporaryFolder();
  database = await createTestDatabase();
  proxy = await createCuttingProxy(database.url);
  server = await startServer(join(folder.path, 'data'), { DATABASE_URL: proxy.url });
});
afterAll(async () => {
  proxy?.speakAgain();
  await server?.stop();
  await proxy?.close();
  await database?.drop();
  folder?.remove();
});

/** Something of every kind: views, log, sagas, queue, a command. */
const ask = () => [
  fetch(`${server.url}/v1/media`),
  fetch(`${server.url}/v1/media/nothing/history`),
  fetch(`${server.url}/v1/projections`),
  fetch(`${server.url}/v1/sagas`),
  fetch(`${server.url}/v1/queues`),
  fetch(`${server.url}/v1/dead-letters`),
  fetch(`${server.url}/v1/events`),
  sendJson(`${server.url}/v1/recommendations`, { userId: 'ada' }),
];

test('a database that falls silent: every request is answered with 503 within 15 s, and all goes on afterwards', {
  timeout: 120_000,
}, async () => {
  const before = await Promise.all(ask());
  expect(before.every(({ status }) => status < 500)).toBe(true);
  const body = JSON.stringify({ userId: 'grace' });
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'the-one-that-was-lost' };
  const recommend = () => fetch(`${server.url}/v1/recommendations`, { method: 'POST', headers, body });

  const silent = proxy.fallSilent({ after: 'append_to_log', newOnesToo: true });
  const lost = recommend();
  await silent;
  const startedAt = performance.now();
  const file = form({ bytes: new Blob([new Uint8Array(1000)]), filename: 'clip.mp4' });
  const secondsNow = () => (performance.now() - startedAt) / 1000;
  const answers = [lost, ...ask(), sendForm(server.url, file)];
  for (const answer of answers) {
    const response = await answer;
    expect(secondsNow()).toBeLessThan(15);
    const { code } = (await response.clone().json()) as { code: string };
    await expectProblem(response, 503, code);
  }
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);

  proxy.speakAgain();
  await expect
    .poll(async () => (await Promise.all(ask())).map(({ status }) => status < 500), { timeout: 30_000 })
    .not.toContain(false);
  expect((await recommend()).status).toBe(202);
  const { items } = await getJson<{ items: { data: { userId?: string } }[] }>(
    `${server.url}/v1/events?type=RecommendationRequested&limit=500`,
  );
  expect(items.filter(({ data }) => data.userId === 'grace')).toHaveLength(1);
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
});
