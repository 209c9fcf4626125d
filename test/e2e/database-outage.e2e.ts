import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CuttingProxy, createCuttingProxy } from '../support/cutting-proxy.js';
import { getJson, isSettled, uploadWithKey, waitForItem } from './support/client.js';
import { expectDoneOnce, expectNothingLeft } from './support/expect-done-once.js';
import { type ExternalDatabase, startExternalDatabase } from './support/external-database.js';
import { createFleet, type Fleet } from './support/fleet.js';
import { makeClip } from './support/media-files.js';
import { expectViewsLikeRebuilt } from './support/rebuilt-views.js';

const OUTAGE_SECONDS = 12;
const MEMBERS = { api: 'command,query', views: 'projector,saga', worker: 'worker' };

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-outage-'));
let database: ExternalDatabase;
let proxy: CuttingProxy;
let fleet: Fleet;
let clip: string;

beforeAll(async () => {
  database = await startExternalDatabase();
  proxy = await createCuttingProxy(database.url);
  clip = await makeClip(join(folder, 'clip.mp4'), 10, '640x360');
  fleet = createFleet(join(folder, 'data'), { DATABASE_URL: proxy.url });
  await Promise.all(Object.entries(MEMBERS).map(([name, roles]) => fleet.start(name, roles)));
});

afterAll(async () => {
  await fleet.killAll();
  await proxy.close();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

const connections = async (): Promise<number> => {
  const [row] = await database.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity
     where backend_type = 'client backend' and application_name <> 'test'`,
  );
  return row?.count ?? 0;
};

const form = () => {
  const data = new FormData();
  data.set('file', new Blob(['bytes']), 'x.mp4');
  return data;
};

/** Everything a client may ask for, with what has to come back while the database is away. */
const requests = (mediaId: string): readonly [string, RequestInit][] => {
  const json = (method: string, body: unknown): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return [
    [`/v1/media/${mediaId}`, { method: 'GET' }],
    [`/v1/media/${mediaId}/history`, { method: 'GET' }],
    ['/v1/projections', { method: 'GET' }],
    ['/v1/sagas', { method: 'GET' }],
    ['/v1/queues', { method: 'GET' }],
    ['/v1/dead-letters', { method: 'GET' }],
    ['/v1/events', { method: 'GET' }],
    [`/v1/media/${mediaId}`, { method: 'DELETE' }],
    [`/v1/media/${mediaId}`, json('PATCH', { title: 'other' })],
    [`/v1/media/${mediaId}/retry`, { method: 'POST' }],
    [`/v1/media/${mediaId}/review`, json('POST', { decision: 'approve', reason: 'fine' })],
    ['/v1/interactions', json('POST', { userId: 'ada', mediaId, type: 'play' })],
    ['/v1/recommendations', json('POST', { userId: 'ada' })],
    ['/v1/projections/jobs/rebuild', { method: 'POST' }],
    [`/v1/dead-letters/${mediaId}/replay`, { method: 'POST' }],
    ['/v1/media', { method: 'POST', body: form() }],
    ['/v1/uploads', { method: 'POST', headers: { 'tus-resumable': '1.0.0', 'upload-length': '5' } }],
  ];
};

test('a database that is away for a while stops nothing for good', async () => {
  const api = fleet.url('api');
  const { mediaId: first } = await uploadWithKey(api, clip, 'before');
  await waitForItem(api, first, isSettled);
  const before = await connections();
  const { mediaId } = await uploadWithKey(api, clip, 'in the middle');
  await waitForItem(api, mediaId, ({ steps }) => steps.some(({ status }) => status === 'running'));

  proxy.cut();
  database.kill();
  const startedAt = performance.now();
  const answers = await Promise.all(
    requests(mediaId).map(async ([path, init]) => {
      const response = await fetch(`${api}${path}`, init);
      const isProblem = response.headers.get('content-type')?.includes('problem+json');
      await response.text();
      return { what: `${init.method} ${path}`, status: response.status, isProblem };
    }),
  );
  expect(answers).toEqual(answers.map(({ what }) => ({ what, status: 503, isProblem: true })));
  expect(performance.now() - startedAt).toBeLessThan(15_000);

  for (const name of Object.keys(MEMBERS)) {
    const response = await fetch(`${fleet.url(name)}/health/ready`);
    expect(response.status, name).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'not_ready',
      dependencies: { database: { status: 'failed', detail: expect.stringMatching(/\w/) } },
    });
    expect((await fetch(`${fleet.url(name)}/health/live`)).status, name).toBe(200);
    expect((await fetch(`${fleet.url(name)}/metrics`)).status, name).toBe(200);
  }
  await expect(fleet.start('late', 'query')).rejects.toThrow(/database/i);
  await delay(OUTAGE_SECONDS * 1000 - (performance.now() - startedAt));
  expect(fleet.ended()).toEqual([]);
  proxy.restore();

  for (const name of Object.keys(MEMBERS))
    await expect
      .poll(async () => (await fetch(`${fleet.url(name)}/health/ready`)).status, { timeout: 20_000 })
      .toBe(200);
  const { mediaId: last } = await uploadWithKey(api, clip, 'after');
  for (const id of [mediaId, last]) {
    const item = await waitForItem(api, id, isSettled);
    expect(item.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
    await expectDoneOnce(api, id);
  }
  await expectNothingLeft(database.query);
  expect((await getJson<{ items: unknown[] }>(`${api}/v1/dead-letters`)).items).toEqual([]);
  await expectViewsLikeRebuilt(api, database.query);
  // Those that nobody uses any more are closed after a while.
  await expect.poll(connections, { timeout: 30_000 }).toBeLessThanOrEqual(before + 3);
  expect(fleet.ended()).toEqual([]);
  for (const [name, code] of await fleet.stopAll()) expect([name, code]).toEqual([name, 0]);
});
