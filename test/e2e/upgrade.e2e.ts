import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { DataSource } from 'typeorm';
import { afterAll, describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.js';
import {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { createPgBossJobQueue } from '../../src/adapters/pg-boss/job-queue.js';
import { silentLogger } from '../../src/core/logger.js';
import { jobPolicies } from '../../src/workers/policies.js';
import { type Tables, writeTables } from './releases/tables.js';
import { getJson, historyOf, type Item, isSettled, postJson, waitForItem } from './support/client.js';
import { queryOn } from './support/external-database.js';
import { type Product, startProduct } from './support/product.js';
import { expectViewsLikeRebuilt } from './support/rebuilt-views.js';

const releases = fileURLToPath(new URL('../fixtures/releases/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mediaflow-upgrade-'));
const started: Product[] = [];
afterAll(async () => {
  await Promise.all(started.map((product) => product.kill()));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Recorded {
  readonly recordedAt: number;
  readonly tables: Tables;
}

/** A data folder as the release left it when it was killed, a moment ago. */
async function dataFolderOf(release: string): Promise<string> {
  const dataFolder = join(folder, release);
  cpSync(join(releases, release, 'blobs'), join(dataFolder, 'blobs'), { recursive: true });
  const text = gunzipSync(readFileSync(join(releases, release, 'tables.json.gz'))).toString();
  const { recordedAt, tables } = JSON.parse(text) as Recorded;
  const database = await startEmbeddedPostgres({ dataFolder, logger: silentLogger });
  try {
    await migrateLike(database.connectionString, tables);
    await writeTables(queryOn(database.connectionString), tables, (Date.now() - recordedAt) / 1000);
  } finally {
    await database.stop();
  }
  return dataFolder;
}

/** The schema of the release, as far as it is ours; the queue's is brought up to date by its library. */
async function migrateLike(url: string, { migrations: run = [] }: Tables): Promise<void> {
  const names = run.map((row) => (row as { name: string }).name);
  const source = new DataSource({
    ...{ type: 'postgres', url },
    migrations: migrations.filter(({ name }) => names.includes(name)),
  });
  await source.initialize();
  await source.runMigrations({ transaction: 'each' });
  await source.destroy();
  const kinds = Object.entries(jobPolicies).map(([kind, policy]) => ({ kind, policy }));
  const queue = await createPgBossJobQueue({ connectionString: url, kinds, logger: silentLogger });
  await queue.stop({ graceSeconds: 0 });
}

async function sendRest(upload: string, whole: Buffer<ArrayBuffer>): Promise<void> {
  const tus = { 'tus-resumable': '1.0.0' };
  const offset = (await fetch(upload, { method: 'HEAD', headers: tus })).headers.get('upload-offset') ?? '';
  expect(Number(offset)).toBeGreaterThan(0);
  const { status } = await fetch(upload, {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': offset, 'content-type': 'application/offset+octet-stream' },
    body: whole.subarray(Number(offset)),
  });
  expect(status).toBe(204);
}

describe.each(readdirSync(releases))('what %s had under way', (release) => {
  test('goes on and is finished, and nothing of it is done twice; what is missing of what was finished is added', {
    timeout: 240_000,
  }, async () => {
    const dataFolder = await dataFolderOf(release);
    const product = await startProduct(dataFolder);
    started.push(product);
    const { url } = product;
    const { items } = await getJson<{ items: (Item & { title: string })[] }>(`${url}/v1/media`);
    const idOf = (title: string) => items.find((item) => item.title === title)?.id ?? '';

    for (const title of ['transcoding', 'waiting', 'waiting too']) {
      const item = await waitForItem(url, idOf(title), isSettled, 180);
      expect(
        item.steps.filter(({ status }) => status !== 'completed'),
        title,
      ).toEqual([]);
      expect(item.renditions.map(({ name }) => name).toSorted(), title).toEqual(['234p', '360p', 'audio']);
      const types = (await historyOf(url, item.id)).map(({ type }) => type);
      for (const once of ['MediaProbed', 'ProcessingPlanned', 'PosterGenerated', 'ThumbnailsGenerated'])
        expect(
          types.filter((type) => type === once),
          `${once} of ${title}`,
        ).toHaveLength(1);
    }

    const halfSent = items.find((item) => item.title === 'half.mp4')?.id ?? '';
    const whole = readFileSync(join(dataFolder, 'blobs/objects/media', idOf('published'), 'original'));
    await sendRest(`${url}/v1/uploads/${halfSent}`, whole);
    await waitForItem(url, halfSent, isSettled);

    await postJson(`${url}/v1/media/${idOf('in review')}/review`, {
      decision: 'approve',
      reason: 'a pattern',
    });
    await waitForItem(url, idOf('in review'), ({ status }) => status === 'published');
    const letters = async () =>
      (await getJson<{ items: { id: string; failedReplays: number }[] }>(`${url}/v1/dead-letters`)).items;
    const [letter, ...others] = await letters();
    expect(others).toEqual([]);
    await postJson(`${url}/v1/dead-letters/${letter?.id}/replay`, {});
    // The item has failed all along: its letter tells when it has again.
    await expect.poll(async () => (await letters())[0]?.failedReplays, { timeout: 30_000 }).toBe(1);
    await waitForItem(url, idOf('failed'), (item) => isSettled(item) && item.status === 'failed');

    await postJson(`${url}/v1/media/${idOf('published')}/extend`, {});
    const extended = await waitForItem(
      url,
      idOf('published'),
      ({ steps }) =>
        steps.some(({ step }) => step === 'gif') && steps.every(({ status }) => status === 'completed'),
    );
    expect(extended.status).toBe('published');
    const preview = await fetch(`${url}/v1/media/${extended.id}/preview.gif`);
    expect(preview.headers.get('content-type')).toBe('image/gif');
    const address = await findEmbeddedPostgres(dataFolder);
    await expectViewsLikeRebuilt(url, queryOn(address ?? ''));
  });
});
