import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { historyOf, isSettled, upload, waitForItem } from './support/client.js';
import { makeClip } from './support/media-files.js';
import { type Product, startProduct } from './support/product.js';

let folder: string;
let port: number;
let service: Product;
let product: Product;

const startService = () =>
  startProduct(join(folder, 'nothing'), { INFERENCE_PORT: String(port) }, 'inference');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return address.port;
}

/** The figure of a process, by the beginning of its line; 0 while there is none. */
async function figure(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mediaflow-inference-'));
  port = await freePort();
  service = await startService();
  product = await startProduct(join(folder, 'data'), { INFERENCE_URL: `grpc://127.0.0.1:${port}` });
});
afterAll(async () => {
  await Promise.all([product?.stop(), service?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

test('a process that serves models is killed in the middle, and the item is published as if nothing had been', async () => {
  const clip = await makeClip(join(folder, 'clip.mp4'), 20);
  const { mediaId } = await upload(product.url, clip, 'Clip');
  await expect
    .poll(
      async () =>
        (await fetch(`${service.url}/health/ready`).then((ready) => ready.text())).includes('1 of 16'),
      {
        timeout: 120_000,
        interval: 20,
      },
    )
    .toBe(true);
  await service.kill();
  service = await startService();
  const item = await waitForItem(product.url, mediaId, isSettled, 160);
  expect(item.status).toBe('published');
  const events = await historyOf(product.url, mediaId);
  const types = events.map(({ type }) => type);
  expect(types.filter((type) => type === 'ModerationScored')).toHaveLength(1);
  expect(types).not.toContain('StepFailed');
  expect(await figure(service.url, 'inference_items_total{task="moderateFrames"')).toBeGreaterThan(15);
  expect(await figure(product.url, 'inference_items_total{task="moderateFrames"')).toBeGreaterThan(15);
});
