import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { getJson, historyOf, type Item, isSettled, waitForItem } from '../../e2e/support/client.js';
import {
  createTusUpload,
  expectProblem,
  filePart,
  form,
  mediaIdOf,
  patchTus,
  sendForm,
  sendJson,
  tusHeaders,
} from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
afterAll(() => folder.remove());

const blob = (sizeBytes: number, filename = 'bytes.mp4') =>
  form({ bytes: new Blob([randomBytes(sizeBytes)]), filename });

/** A file system of its own below `name`, undefined where this user may not mount one. */
function mountSmallDisk(name: string, mebibytes: number): (() => void) | undefined {
  mkdirSync(path(name), { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path(name)], {
      stdio: 'ignore',
    });
    return () => execFileSync('umount', ['-l', path(name)], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
}

describe('a disk that is full', () => {
  test('by what the operator wants kept free: uploads are refused as such, everything else works', async () => {
    const server = await startServer(path('kept'), { MEDIAFLOW_KEEP_FREE_BYTES: String(2 ** 50) });
    try {
      await expectProblem(sendForm(server.url, blob(1000)), 507, 'storage_full');
      const tus = fetch(`${server.url}/v1/uploads`, {
        method: 'POST',
        headers: { ...tusHeaders, 'upload-length': '1000' },
      });
      await expectProblem(tus, 507, 'storage_full');
      expect((await fetch(`${server.url}/v1/media`)).status).toBe(200);
      expect(server.errors).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  const unmount = mountSmallDisk('small/blobs', 4);
  test.skipIf(!unmount)(
    'in the middle of an upload: it is told, gives its space back, and what fits still fits',
    async () => {
      const server = await startServer(path('small'), { MEDIAFLOW_KEEP_FREE_BYTES: '0' });
      try {
        const deferred = await fetch(`${server.url}/v1/uploads`, {
          method: 'POST',
          headers: { ...tusHeaders, 'upload-defer-length': '1' },
        });
        const address = new URL(deferred.headers.get('location') ?? '', server.url).href;
        await expectProblem(patchTus(address, 0, new Uint8Array(8 * 2 ** 20)), 507, 'storage_full');
        const removed = await fetch(address, { method: 'DELETE', headers: tusHeaders });
        expect(removed.status).toBe(204);

        await expectProblem(sendForm(server.url, blob(8 * 2 ** 20)), 507, 'storage_full');
        const { items } = await getJson<{ items: Item[] }>(`${server.url}/v1/media`);
        expect(items.map(({ id }) => id)).toEqual([address.split('/').at(-1)]);

        const fits = await mediaIdOf(await sendForm(server.url, blob(2 * 2 ** 20)));
        const item = await waitForItem(server.url, fits, ({ status }) => status === 'failed');
        expect(item.failure?.code).toBe('not_media');
      } finally {
        await server.stop();
        unmount?.();
      }
    },
  );
});

describe('a database that is killed', () => {
  test('in the middle of everything: commands say so in time, and everything finishes once it is back', {
    timeout: 120_000,
  }, async () => {
    const server = await startServer(path('killed'), { MEDIAFLOW_MODERATION_REVIEW_AT: '1' });
    try {
      const clip = await makeGoodClip(path('clip.mp4'), 2);
      const bytes = await readFile(clip);
      const processing = await mediaIdOf(await sendForm(server.url, form(await filePart(clip))));
      const address = await createTusUpload(server.url, bytes.length, { filename: 'resumed.mp4' });
      const half = Math.floor(bytes.length / 2);
      expect((await patchTus(address, 0, bytes.subarray(0, half))).status).toBe(204);

      const postmaster = Number(readFileSync(path('killed/postgres/postmaster.pid'), 'utf8').split('\n')[0]);
      process.kill(postmaster, 'SIGKILL');

      const answers = await Promise.all(
        Array.from({ length: 12 }, async (_, index) => {
          await delay(index * 100);
          return timed(commandOrQuery(server.url, processing, index));
        }),
      );
      for (const { response, seconds } of answers) {
        expect(seconds).toBeLessThan(15);
        if (response.status >= 500) {
          expect(response.headers.get('retry-after')).not.toBeNull();
          await expectProblem(response, 503, await codeOf(response));
        } else await response.arrayBuffer();
      }

      const finished = async () => {
        const head = await fetch(address, { method: 'HEAD', headers: tusHeaders });
        if (head.status !== 200) return head.status;
        const offset = Number(head.headers.get('upload-offset'));
        return (await patchTus(address, offset, bytes.subarray(offset))).status;
      };
      await expect.poll(finished, { timeout: 40_000, interval: 250 }).toBe(204);

      for (const mediaId of [processing, address.split('/').at(-1) ?? '']) {
        const item = await waitForItem(server.url, mediaId, isSettled, 60);
        expect(item).toMatchObject({ status: 'published', failure: null });
        const types = (await historyOf(server.url, mediaId)).map(({ type }) => type);
        for (const once of ['MediaUploaded', 'MediaProbed', 'MediaPublished'])
          expect(
            types.filter((type) => type === once),
            once,
          ).toHaveLength(1);
      }
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    } finally {
      await server.stop();
    }
  });
});

function commandOrQuery(url: string, mediaId: string, index: number): Promise<Response> {
  switch (index % 4) {
    case 0:
      return sendJson(`${url}/v1/recommendations`, { userId: `viewer ${index}` });
    case 1:
      return sendJson(`${url}/v1/media/${mediaId}`, { title: `Title ${index}` }, { method: 'PATCH' });
    case 2:
      return fetch(`${url}/v1/media`);
    default:
      return sendJson(`${url}/v1/interactions`, { userId: 'a', mediaId, type: 'play' });
  }
}

async function timed(sent: Promise<Response>): Promise<{ response: Response; seconds: number }> {
  const startedAt = performance.now();
  const response = await sent;
  return { response, seconds: (performance.now() - startedAt) / 1000 };
}

const codeOf = async (response: Response): Promise<string> =>
  ((await response.clone().json()) as { code: string }).code;
