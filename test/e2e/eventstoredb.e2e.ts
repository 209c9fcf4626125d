import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EventStoreDbServer, startEventStoreDb } from '../support/eventstoredb/start-server.js';
import { getJson, historyOf, isSettled, postJson, upload, waitForItem } from './support/client.js';
import { makeClip } from './support/media-files.js';
import { cliBin, type Product, startProduct } from './support/product.js';

interface FeedPage {
  readonly items: readonly { readonly type: string; readonly stream: string; readonly position: string }[];
  readonly position: string;
  readonly next: string;
}

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-e2e-'));
const dataFolder = join(folder, 'data');
let server: EventStoreDbServer;
let product: Product;
let mediaId = '';

const start = () => startProduct(dataFolder, { EVENTSTOREDB_URL: server.url });
const commandLine = async (...words: string[]) =>
  (
    await promisify(execFile)(process.execPath, [cliBin, ...words], {
      env: { ...process.env, MEDIAFLOW_URL: product.url },
    })
  ).stdout;
const readiness = async () => {
  const response = await fetch(`${product.url}/health/ready`);
  const { dependencies } = (await response.json()) as { dependencies: Record<string, { status: string }> };
  return { status: response.status, eventStore: dependencies.eventStore?.status };
};

beforeAll(async () => {
  server = await startEventStoreDb({ remembersEvents: 0, systemEventEvery: 4 });
  product = await start();
});
afterAll(async () => {
  await product?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a clip becomes a published item with its events in EventStoreDB and its views in PostgreSQL', async () => {
  const file = await makeClip(join(folder, 'clip.mp4'), 4);
  const uploaded = await upload(product.url, file, 'Test pattern');
  mediaId = uploaded.mediaId;
  const seen = await getJson<{ id: string }>(`${product.url}/v1/media/${mediaId}`, {
    'mediaflow-after': uploaded.position,
  });
  expect(seen.id).toBe(mediaId);
  const item = await waitForItem(product.url, mediaId, isSettled);
  if (item.status === 'in_review')
    await postJson(`${product.url}/v1/media/${mediaId}/review`, { decision: 'approve', reason: 'a pattern' });
  await waitForItem(product.url, mediaId, ({ status }) => status === 'published');
  const stored = server.log.stream(`media-${mediaId}`).map(({ type }) => type);
  expect((await historyOf(product.url, mediaId)).map(({ type }) => type)).toEqual(stored);
  expect(stored).toContain('MediaPublished');
  // What is personal is not in the log in readable form.
  expect(server.log.records.map(({ data }) => Buffer.from(data).toString()).join()).not.toContain(
    'Test pattern',
  );
});

test('whoever changes something reads it at once, also where the view hears nothing of the change', async () => {
  for (let round = 0; round < 5; round++) {
    const interaction = { userId: 'u1', mediaId, type: 'play' };
    const { position } = await postJson<{ position: string }>(`${product.url}/v1/interactions`, interaction);
    const from = performance.now();
    for (const path of ['/v1/media', '/v1/projections', `/v1/media/${mediaId}`])
      await getJson(`${product.url}${path}`, { 'mediaflow-after': position });
    expect(performance.now() - from).toBeLessThan(5_000);
  }
});

test('the feed tells the log page by page, filtered and live, without what the engine keeps there', async () => {
  const all: FeedPage['items'][number][] = [];
  for (let after = ''; ; ) {
    const page = await getJson<FeedPage>(`${product.url}/v1/events?limit=7&after=${after}`);
    all.push(...page.items);
    after = page.next;
    if (page.items.length === 0) break;
  }
  const ours = server.log.records.filter(({ type }) => !type.startsWith('$'));
  expect(all.map(({ type }) => type)).toEqual(ours.map(({ type }) => type));
  const filtered = await getJson<FeedPage>(`${product.url}/v1/events?type=MediaPublished,MediaRegistered`);
  expect(filtered.items.map(({ type }) => type)).toEqual(['MediaRegistered', 'MediaPublished']);
  expect(filtered.position >= (all.at(-1)?.position ?? '')).toBe(true);

  const stopped = new AbortController();
  const live = await fetch(`${product.url}/v1/events/stream?type=InteractionRecorded`, {
    signal: stopped.signal,
  });
  await postJson(`${product.url}/v1/interactions`, { userId: 'u2', mediaId, type: 'like' });
  let text = '';
  for await (const chunk of live.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('event: InteractionRecorded')) break;
  }
  stopped.abort();
  expect(text).toMatch(/id: \d{38}-[0-9a-f]{8}\nevent: InteractionRecorded/);
});

test('a view is rebuilt from it, and the command line tells what there is', async () => {
  expect(await commandLine('projections', 'rebuild', 'media-library')).toMatch(/media-library/);
  expect(await commandLine('status', mediaId)).toMatch(/published/);
  expect(await commandLine('events', 'tail', '--type', 'MediaPublished', '--no-follow')).toContain(
    'MediaPublished',
  );
  const { items } = await getJson<{ items: { name: string; status: string }[] }>(
    `${product.url}/v1/projections`,
  );
  expect(items.filter(({ status }) => status !== 'live')).toEqual([]);
});

test('a product that is killed goes on where it was, and one whose engine is away says so and goes on by itself, also when it was away at the start', async () => {
  await product.kill();
  product = await start();
  expect(await readiness()).toEqual({ status: 200, eventStore: 'ok' });

  await server.stopNode(0);
  await expect.poll(readiness, { timeout: 20_000 }).toEqual({ status: 503, eventStore: 'failed' });
  // What is in the views is served all the same.
  expect((await fetch(`${product.url}/v1/media/${mediaId}`)).status).toBe(200);
  const refused = await fetch(`${product.url}/v1/interactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'u3', mediaId, type: 'like' }),
  });
  expect(refused.status).toBe(503);
  await server.startNode(0);
  await expect.poll(readiness, { timeout: 20_000 }).toEqual({ status: 200, eventStore: 'ok' });
  const away = product.log.filter((line) => line.includes('event store cannot be reached: waiting'));
  expect(away).toHaveLength(1);

  await product.stop();
  await server.stopNode(0);
  product = await start();
  expect(await readiness()).toEqual({ status: 503, eventStore: 'failed' });
  await server.startNode(0);
  await expect.poll(readiness, { timeout: 20_000 }).toEqual({ status: 200, eventStore: 'ok' });

  const deleted = await fetch(`${product.url}/v1/media/${mediaId}`, { method: 'DELETE' });
  expect(deleted.status).toBeLessThan(300);
  await expect
    .poll(() => server.log.stream(`media-${mediaId}`).at(-1)?.type, { timeout: 60_000 })
    .toBe('MediaPurged');
});

test('a database whose views have followed EventStoreDB is not led to follow another log', async () => {
  await product.stop();
  await expect(startProduct(dataFolder)).rejects.toThrow(/event_store_changed|another event log/);
  product = await start();
});
