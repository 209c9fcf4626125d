import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { engine } from '../support/engines.js';
import { getJson, isSettled, postJson, waitForItem } from './support/client.js';
import { makeClip } from './support/media-files.js';
import { playEverything } from './support/play-everything.js';
import { type Product, startProduct } from './support/product.js';
import { createTusUpload, sendTusBytes, tusStatus } from './support/tus.js';

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-e2e-s3-'));
const data = join(folder, 'data');
const products: Product[] = [];
afterAll(async () => {
  for (const product of products) await product.stop();
  rmSync(folder, { recursive: true, force: true });
});

const environment = { ...engine('s3'), S3_PREFIX: `e2e-${randomUUID()}/` };
async function start(): Promise<Product> {
  const product = await startProduct(data, environment);
  products.push(product);
  return product;
}

test('a clip uploaded to S3 through a kill -9 is transcoded and played, and nothing of it lies in the data folder', async () => {
  const bytes = readFileSync(await makeClip(join(folder, 'clip.mp4'), 6));
  const half = Math.floor(bytes.length / 2);
  const before = await start();
  const location = await createTusUpload(before.url, bytes.length, 'clip.mp4');
  const first = await sendTusBytes(before.url, location, 0, bytes.subarray(0, half));
  expect(first).toEqual({ status: 204, offset: half });
  await before.kill();

  const { url } = await start();
  const path = new URL(location, url).pathname;
  expect(await tusStatus(url, path)).toEqual({ status: 200, offset: half });
  // 423 as long as the lease of the process that was killed is not over.
  await expect
    .poll(() => sendTusBytes(url, path, half, bytes.subarray(half)), { interval: 500, timeout: 60_000 })
    .toMatchObject({ status: 204 });
  const mediaId = path.split('/').at(-1) ?? '';
  const item = await waitForItem(url, mediaId, isSettled);
  expect(item.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
  if (item.status === 'in_review')
    await postJson(`${url}/v1/media/${mediaId}/review`, { decision: 'approve', reason: 'a test pattern' });
  const published = await waitForItem(url, mediaId, ({ status }) => status === 'published');
  expect(await playEverything(`${url}${published.playbackUrl}`)).toBeGreaterThanOrEqual(3);
  const original = await fetch(`${url}/v1/media/${mediaId}/original`);
  expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true);
  const range = await fetch(`${url}/v1/media/${mediaId}/original`, { headers: { range: 'bytes=10-19' } });
  expect([range.status, Buffer.from(await range.arrayBuffer())]).toEqual([206, bytes.subarray(10, 20)]);

  expect(existsSync(join(data, 'blobs'))).toBe(false);
  const { dependencies } = await getJson<{ dependencies: object }>(`${url}/health/ready`);
  expect(dependencies).toMatchObject({ blobStore: { status: 'ok' } });

  expect((await fetch(`${url}/v1/media/${mediaId}`, { method: 'DELETE' })).status).toBe(202);
  const isGone = async () => (await fetch(`${url}/v1/media/${mediaId}/original`)).status;
  await expect.poll(isGone).toBe(404);
}, 180_000);
