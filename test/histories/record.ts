import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { getJson, type Item, isSettled, postJson, upload, waitForItem } from '../e2e/support/client.js';
import { type Product, startProduct } from '../e2e/support/product.js';
import type { RecordedHistory } from './histories.js';

/** Run in a checkout of a release: leaves in a folder the histories of items that it brought to every end there is. */
const to = resolve(process.argv[2] ?? '');
const folder = mkdtempSync(join(tmpdir(), 'mediaflow-record-'));
const run = promisify(execFile);

async function clip(name: string, seconds: number): Promise<string> {
  const path = join(folder, name);
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc=size=640x360:rate=10:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`, '-c:v', 'libx264', '-crf', '45'],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '32k', '-shortest', path],
  ]);
  return path;
}

/** What one process of the product does with items, under one policy of moderation. */
async function withProduct(environment: Record<string, string>, use: (product: Product) => Promise<void>) {
  const product = await startProduct(join(folder, 'data'), environment);
  await use(product);
  if (!product.hasEnded()) await product.stop();
}

const items = new Map<string, string>();

async function send({ url }: Product, name: string, file: string, isDone = isSettled): Promise<string> {
  const { mediaId } = await upload(url, file, name);
  items.set(name, mediaId);
  await waitForItem(url, mediaId, isDone, 300);
  return mediaId;
}

const historyOf = async (url: string, mediaId: string): Promise<RecordedHistory> => {
  const { items: all } = await getJson<{ items: RecordedHistory }>(`${url}/v1/events?limit=1000`);
  return all.filter(({ stream }) => stream === `media-${mediaId}`);
};

/** Resolves when so many events of a type lie in the item's history. */
async function told({ url }: Product, mediaId: string, type: string, times = 1): Promise<void> {
  const timesSoFar = async () =>
    (await historyOf(url, mediaId)).filter((event) => event.type === type).length;
  while ((await timesSoFar()) < times) await delay(100);
}

const isAt =
  (step: string) =>
  ({ steps }: Item): boolean =>
    steps.some((each) => each.step === step && each.status === 'running');

const files = {
  short: await clip('short.mp4', 2),
  film: await clip('film.mp4', 12),
  words: join(folder, 'words.mp4'),
};
writeFileSync(files.words, 'These words are no video. '.repeat(100));

await withProduct({ MEDIAFLOW_MODERATION_REVIEW_AT: '0' }, async (product) => {
  for (const [decision, name] of [
    ['approve', 'reviewed and approved'],
    ['reject', 'reviewed and rejected'],
  ] as const) {
    const mediaId = await send(product, name, files.short);
    await postJson(`${product.url}/v1/media/${mediaId}/review`, { decision, reason: 'Looked at' });
    await waitForItem(product.url, mediaId, ({ status }) => status !== 'in_review');
  }
});

await withProduct(
  { MEDIAFLOW_MODERATION_REJECT_AT: '0', MEDIAFLOW_MODERATION_REVIEW_AT: '0' },
  async (product) => {
    await send(product, 'rejected', files.film);
    const mediaId = await send(product, 'rejected and overruled', files.film);
    await postJson(`${product.url}/v1/media/${mediaId}/review`, { decision: 'approve', reason: 'A mistake' });
    await waitForItem(product.url, mediaId, (item) => item.status === 'published' && isSettled(item), 300);
  },
);

let interrupted = '';
await withProduct({}, async (product) => {
  await send(product, 'published clip', files.short);
  await send(product, 'published film', files.film);
  const failed = await send(product, 'failed and retried', files.words);
  await postJson(`${product.url}/v1/media/${failed}/retry`, {});
  await told(product, failed, 'ProcessingFailed', 2);
  const deleted = await send(product, 'deleted in the middle', files.film, isAt('preview'));
  await fetch(`${product.url}/v1/media/${deleted}`, { method: 'DELETE' });
  await told(product, deleted, 'MediaPurged');
  interrupted = await send(product, 'interrupted by a lost process', files.film, isAt('preview'));
  await product.kill();
});

await withProduct({}, async ({ url }) => {
  await waitForItem(url, interrupted, isSettled, 300);
  mkdirSync(to, { recursive: true });
  for (const [name, mediaId] of items) {
    const path = join(to, `${name.replaceAll(/[^a-z]+/g, '-')}.json`);
    writeFileSync(path, `${JSON.stringify(await historyOf(url, mediaId), null, 2)}\n`);
  }
});
rmSync(folder, { recursive: true, force: true });
