import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { historyOf, isSettled, upload, waitForItem } from './support/client.js';
import { makeClip, probeUrl, realFile } from './support/media-files.js';
import { startProduct } from './support/product.js';

/** How often the product is killed; raise it to search longer. */
const KILLS = Number(process.env.KILLS ?? 4);

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(`kill -9 ${KILLS} times during processing loses nothing and does nothing twice`, {
  timeout: 120_000 + KILLS * 15_000,
}, async () => {
  const dataFolder = join(folder, 'data');
  const file =
    realFile('big-buck-bunny-480p-30s.mp4') ?? (await makeClip(join(folder, 'clip.mp4'), 30, '854x480'));
  const uploaded: string[] = [];

  for (let kill = 0; kill < KILLS; kill++) {
    const product = await startProduct(dataFolder);
    uploaded.push((await upload(product.url, file, `kill ${kill}`)).mediaId);
    // Spread over what a start, an upload and the steps of processing take.
    await delay(150 + ((kill * 977) % 5_000));
    await product.kill();
  }

  const product = await startProduct(dataFolder);
  for (const mediaId of uploaded) {
    const item = await waitForItem(product.url, mediaId, isSettled, 60 + KILLS * 15);
    expect(
      item.steps.filter(({ status }) => status !== 'completed'),
      mediaId,
    ).toEqual([]);
    const types = (await historyOf(product.url, mediaId)).map(({ type }) => type);
    for (const once of [
      'MediaRegistered',
      'MediaUploaded',
      'MediaProbed',
      'ProcessingPlanned',
      'ModerationDecided',
    ])
      expect(
        types.filter((type) => type === once),
        `${once} of ${mediaId}`,
      ).toHaveLength(1);
    expect(
      types.filter((type) => type === 'StepCompleted'),
      mediaId,
    ).toHaveLength(5);
    if (item.status === 'published') {
      expect(types.filter((type) => type === 'MediaPublished')).toHaveLength(1);
      const { kinds, durationSeconds } = await probeUrl(`${product.url}${item.playbackUrl}`);
      expect(kinds).toEqual(['audio', 'video']);
      expect(durationSeconds).toBeCloseTo(30, 0);
    }
  }
  const work = join(dataFolder, 'work');
  expect(existsSync(work) ? readdirSync(work) : []).toEqual([]);
  expect(await product.stop()).toBe(0);
});

test('a second instance on the same data folder is refused, and names the first', async () => {
  const dataFolder = join(folder, 'shared');
  const first = await startProduct(dataFolder);
  await expect(startProduct(dataFolder)).rejects.toThrow(String(first.pid));
  expect(await first.stop()).toBe(0);
});
