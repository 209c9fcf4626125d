import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { getJson, type Item } from '../../e2e/support/client.js';
import { createTestDatabase } from '../../support/database.js';
import { startNode } from '../../support/eventstoredb/start-node.js';
import { createTransactionLog, type LogRecord } from '../../support/eventstoredb/transaction-log.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, temporaryFolder } from './support/server.js';

const WAIT = { timeout: 20_000 };

const folder = temporaryFolder();
const database = await createTestDatabase();
afterAll(async () => {
  await database.drop();
  folder.remove();
});

/** The engine with the log that these records are, as it was backed up and put back. */
async function startEventStore(records: readonly LogRecord[]) {
  const kept = [...records];
  const log = createTransactionLog({ records, keep: (written) => void kept.push(...written) });
  const { port, stop } = await startNode({
    ...{ log, remembersEvents: 0, role: () => 'leader' as const },
    cluster: { members: () => [] },
  });
  return { url: `esdb://127.0.0.1:${port}?tls=false`, kept, stop };
}

/** All roles, but nobody who works on what is uploaded: its jobs wait. */
const startProduct = (eventStoreUrl: string) =>
  startServer(`${folder.path}/data`, {
    ...{ DATABASE_URL: database.url, EVENTSTOREDB_URL: eventStoreUrl },
    MEDIAFLOW_WORKER_KINDS: 'recommend',
  });
type Product = Awaited<ReturnType<typeof startProduct>>;

const listed = async ({ url }: Product) =>
  new Set((await getJson<{ items: Item[] }>(`${url}/v1/media`)).items.map(({ id }) => id));
async function jobsWaiting({ url }: Product): Promise<number> {
  const { items } = await getJson<{ items: { waiting: number }[] }>(`${url}/v1/queues`);
  return items.reduce((sum, { waiting }) => sum + waiting, 0);
}

/** Uploads it, and waits until a view shows it and a process has put out its first job. */
async function take(product: Product, seconds: number): Promise<string> {
  const jobs = await jobsWaiting(product);
  const clip = await makeGoodClip(`${folder.path}/${seconds}.mp4`, seconds);
  const mediaId = await mediaIdOf(await sendForm(product.url, form(await filePart(clip))));
  await expect.poll(() => listed(product), WAIT).toContain(mediaId);
  await expect.poll(() => jobsWaiting(product), WAIT).toBe(jobs + 1);
  return mediaId;
}

async function headOf({ url }: Product): Promise<string> {
  const { dependencies } = await getJson<{ dependencies: { eventStore: { detail: string } } }>(
    `${url}/health/ready`,
  );
  return dependencies.eventStore.detail.replace('head ', '');
}

/** The statements that the page tells operators to run. */
const restoring = () =>
  readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8').match(
    /```sql\n( *-- after the event store[^`]+)```/,
  )?.[1] ?? '';

test('an event store that was put back to an earlier moment than its views goes on with views of what is in it', {
  timeout: 90_000,
}, async () => {
  const before = await startEventStore([]);
  let product = await startProduct(before.url);
  const kept = await take(product, 1);
  const backup = [...before.kept];
  const head = await headOf(product);
  const lost = await take(product, 2);
  await product.stop();
  await before.stop();

  const after = await startEventStore(backup);
  const statements = restoring().replaceAll('<head>', head);
  expect(statements).toContain(head);
  await database.pool.query(statements);
  product = await startProduct(after.url);
  await expect.poll(() => listed(product), WAIT).toEqual(new Set([kept]));
  expect((await fetch(`${product.url}/v1/media/${lost}`)).status).toBe(404);
  const next = await take(product, 3);
  expect(await listed(product)).toEqual(new Set([kept, next]));
  expect(product.errors).toEqual([]);
  await product.stop();
  await after.stop();
});
