import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { findEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { findPortToKeep } from '../support/port-to-keep.js';
import { historyOf, isSettled, postJson, upload, waitForItem } from './support/client.js';
import { expectDoneOnce, expectNothingLeft } from './support/expect-done-once.js';
import { queryOn } from './support/external-database.js';
import { makeClip, probeUrl, realFile } from './support/media-files.js';
import { type Product, startProduct } from './support/product.js';
import { expectViewsLikeRebuilt } from './support/rebuilt-views.js';

/** How often the product is killed; raise it to search longer. */
const KILLS = Number(process.env.KILLS ?? 4);

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-kill-'));
const started: Product[] = [];
const start = async (dataFolder: string) => {
  const product = await startProduct(dataFolder);
  started.push(product);
  return product;
};
afterAll(async () => {
  await Promise.all(started.map((product) => product.kill()));
  rmSync(folder, { recursive: true, force: true });
});

test(`kill -9 ${KILLS} times during processing loses nothing and does nothing twice`, {
  timeout: 120_000 + KILLS * 80_000,
}, async () => {
  const dataFolder = join(folder, 'data');
  const file =
    realFile('big-buck-bunny-480p-30s.mp4') ?? (await makeClip(join(folder, 'clip.mp4'), 30, '854x480'));
  const uploaded: string[] = [];

  for (let kill = 0; kill < KILLS; kill++) {
    const product = await start(dataFolder);
    const { mediaId } = await upload(product.url, file, `kill ${kill}`);
    uploaded.push(mediaId);
    await postJson(`${product.url}/v1/interactions`, [
      { userId: `viewer ${kill % 3}`, mediaId, type: 'play' },
      { userId: 'ada', mediaId, type: 'like' },
    ]);
    await postJson(`${product.url}/v1/recommendations`, { userId: 'ada' });
    // Spread over what a start, an upload and the steps of processing take.
    await delay(150 + ((kill * 977) % 5_000));
    await product.kill();
  }

  const product = await start(dataFolder);
  for (const mediaId of uploaded) {
    const item = await waitForItem(product.url, mediaId, isSettled, 60 + KILLS * 75);
    expect(
      item.steps.filter(({ status }) => status !== 'completed'),
      mediaId,
    ).toEqual([]);
    await expectDoneOnce(product.url, mediaId);
    if (item.status === 'published') {
      const published = await historyOf(product.url, mediaId);
      expect(published.filter(({ type }) => type === 'MediaPublished')).toHaveLength(1);
      const { kinds, durationSeconds } = await probeUrl(`${product.url}${item.playbackUrl}`);
      expect(kinds).toEqual(['audio', 'video']);
      expect(durationSeconds).toBeCloseTo(30, 0);
    }
  }
  const query = queryOn((await findEmbeddedPostgres(dataFolder)) ?? '');
  await expectNothingLeft(query);
  await expectViewsLikeRebuilt(product.url, query);
  for (const place of ['work', join('blobs', 'temporary')])
    expect(filesBelow(join(dataFolder, place)), place).toEqual([]);
  expect(await product.stop()).toBe(0);
  expect(readdirSync(join(dataFolder, 'work'))).toEqual([]);
});

/** What is in the folders of processes; their locks lie beside them. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? readdirSync(join(folder, entry.name)) : [],
  );

test('a client that goes on asking through a kill -9 is refused only while there is no process', async () => {
  const dataFolder = join(folder, 'polled');
  const environment = { PORT: String(await findPortToKeep()) };
  const first = await startProduct(dataFolder, environment);
  started.push(first);
  await first.kill();

  const heard: string[] = [];
  const isOver = new AbortController();
  const polling = (async () => {
    while (!isOver.signal.aborted) {
      heard.push(await whatIsHeard(`${first.url}/v1/media`));
      await delay(1);
    }
  })();
  const second = await startProduct(dataFolder, environment);
  started.push(second);
  await expect.poll(() => heard.at(-1)).toBe('200');
  isOver.abort();
  await polling;
  // In this order, each of them once: nobody, then come again, then served.
  expect(heard.filter((each, index) => each !== heard[index - 1])).toEqual(['refused', '503 after 2', '200']);
  expect(await second.stop()).toBe(0);
});

const whatIsHeard = (url: string): Promise<string> =>
  fetch(url, { headers: { connection: 'close' } }).then(
    ({ status, headers }) => {
      const retryAfter = headers.get('retry-after');
      return retryAfter === null ? String(status) : `${status} after ${retryAfter}`;
    },
    () => 'refused',
  );

test('a second instance on the same data folder is refused, and names the first', async () => {
  const dataFolder = join(folder, 'shared');
  const first = await start(dataFolder);
  await expect(startProduct(dataFolder)).rejects.toThrow(String(first.pid));
  expect(await first.stop()).toBe(0);
});
