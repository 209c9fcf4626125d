import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson, isSettled, waitForItem } from '../../e2e/support/client.js';
import { descendantsOf } from '../../support/child-processes.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { aac, h264, make, makeGoodClip, picture, sound } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
let server: TestServer;
let film: string;

beforeAll(async () => {
  const scene = await make(
    path('scene.mp4'),
    ...[...picture('1280x720', 4, 25), ...sound(4), ...h264, ...aac, '-shortest'],
  );
  film = await make(path('film.mp4'), '-stream_loop', '150', '-i', scene, '-c', 'copy');
  server = await startServer(path('data'), { MEDIAFLOW_MODERATION_REVIEW_AT: '1' });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

/** A fraction of what the film takes, on a machine that many share. */
const SOON_MS = 15_000;

interface Job {
  readonly subjectId: string;
  readonly kind: string;
  readonly status: string;
}

const jobsOf = async (mediaId: string) =>
  (await getJson<{ items: Job[] }>(`${server.url}/v1/jobs?limit=500`)).items.filter(
    ({ subjectId }) => subjectId === mediaId,
  );
const encoders = async () => (await descendantsOf(process.pid)).filter(({ name }) => name === 'ffmpeg');
const workFolders = async () => {
  const folders = await readdir(path('data/work'), { recursive: true });
  return folders.filter((name) => /[0-9a-f]{12}-\d+$/.test(name));
};

test('what is done to an item ends when it is deleted: its processes, its files and its place in the queue', {
  timeout: 120_000,
}, async () => {
  const mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(film))));
  await waitForItem(server.url, mediaId, ({ steps }) =>
    steps.some(({ step, status }) => step === 'preview' && status === 'running'),
  );
  await expect.poll(encoders, { timeout: SOON_MS, interval: 20 }).not.toEqual([]);

  const response = await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' });
  expect(response.status).toBeLessThan(300);
  await expect.poll(encoders, { timeout: SOON_MS, interval: 20 }).toEqual([]);
  await expect.poll(workFolders, { timeout: SOON_MS, interval: 20 }).toEqual([]);
  // Its purge is a job as well, and may wait, run or have ended by now.
  expect((await jobsOf(mediaId)).filter(({ kind }) => kind !== 'purge')).toEqual([]);
  await expect
    .poll(() => jobsOf(mediaId), { timeout: SOON_MS })
    .toMatchObject([{ kind: 'purge', status: 'completed' }]);
  const { items } = await getJson<{ items: object[] }>(`${server.url}/v1/queues`);
  expect(items).toEqual(items.map((queue) => ({ ...queue, waiting: 0, active: 0 })));
  expect(await getJson(`${server.url}/v1/dead-letters`)).toMatchObject({ items: [] });

  const clip = form(await filePart(await makeGoodClip(path('clip.mp4'))));
  const next = await mediaIdOf(await sendForm(server.url, clip));
  expect(await waitForItem(server.url, next, isSettled, 60)).toMatchObject({ status: 'published' });
});
