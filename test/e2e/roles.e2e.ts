import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson, isSettled, postJson, uploadWithKey, waitForItem } from './support/client.js';
import { expectDoneOnce, expectNothingLeft } from './support/expect-done-once.js';
import { type ExternalDatabase, startExternalDatabase } from './support/external-database.js';
import { createFleet, type Fleet } from './support/fleet.js';
import { makeClip } from './support/media-files.js';
import { cliBin } from './support/product.js';
import { expectViewsLikeRebuilt } from './support/rebuilt-views.js';
import { untilAnswered } from './support/until-answered.js';

/** How often something is killed; raise it to search longer. */
const KILLS = Number(process.env.KILLS ?? 5);

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-roles-'));
let database: ExternalDatabase;
let fleet: Fleet;
let clip: string;

beforeAll(async () => {
  [database, clip] = await Promise.all([
    startExternalDatabase(),
    makeClip(join(folder, 'clip.mp4'), 4, '426x240'),
  ]);
  fleet = createFleet(join(folder, 'data'), { DATABASE_URL: database.url });
  // All at the same moment, on an empty database.
  await Promise.all([
    fleet.start('api', 'command,query'),
    fleet.start('query', 'query'),
    fleet.start('projector and saga', 'projector,saga'),
    fleet.start('worker 1', 'worker'),
    fleet.start('worker 2', 'worker'),
  ]);
});

afterAll(async () => {
  await fleet.killAll();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

const interaction = (mediaId: string, userId: string, type: string) => ({ userId, mediaId, type });

test('each process serves what its roles are for, and says where the rest is', async () => {
  const ready = (name: string) =>
    getJson<{ roles: string[]; dependencies: object }>(`${fleet.url(name)}/health/ready`);
  expect(Object.keys((await ready('worker 1')).dependencies).toSorted()).toEqual([
    'blobStore',
    'database',
    'eventStore',
    'jobQueue',
    'pictures',
    'videoTools',
  ]);
  expect(Object.keys((await ready('projector and saga')).dependencies).toSorted()).toEqual([
    'database',
    'eventStore',
    'jobQueue',
    'projections',
  ]);
  const problemOf = async (path: string, name: string, method = 'GET') => {
    const response = await fetch(`${fleet.url(name)}${path}`, { method });
    return { status: response.status, ...((await response.json()) as { detail: string }) };
  };
  expect(await problemOf('/v1/recommendations', 'query', 'POST')).toMatchObject({
    status: 404,
    code: 'route_not_found',
    detail: expect.stringContaining('role command'),
  });
  expect(await problemOf('/v1/uploads', 'query', 'POST')).toMatchObject({ status: 404 });
  expect(await problemOf('/v1/media/x', 'query', 'DELETE')).toMatchObject({
    status: 405,
    detail: expect.stringContaining('role command'),
  });
  expect(await problemOf('/v1/media', 'worker 1')).toMatchObject({
    status: 404,
    detail: expect.stringContaining('roles command and query'),
  });
  expect(await problemOf('/docs', 'worker 1')).toMatchObject({ status: 404 });
  const metrics = async (name: string) => (await fetch(`${fleet.url(name)}/metrics`)).text();
  expect(await metrics('worker 1')).toContain('jobs{');
  expect(await metrics('projector and saga')).toContain('projection_lag_events{');
});

test('a second process with the command role on the folder, or one without DATABASE_URL, is refused', async () => {
  await expect(fleet.start('second', 'command')).rejects.toThrow(/role command.*other roles/);
  const alone = createFleet(join(folder, 'data'), {});
  await expect(alone.start('alone')).rejects.toThrow(/DATABASE_URL/);
});

test('what one process writes is seen on another as soon as a third has projected it', async () => {
  const stream = await fetch(`${fleet.url('query')}/v1/events/stream?type=MediaRegistered`);
  const { mediaId, position } = await uploadWithKey(fleet.url('api'), clip, 'seen elsewhere');
  const startedAt = performance.now();
  const item = await getJson<{ id: string }>(`${fleet.url('query')}/v1/media/${mediaId}`, {
    'mediaflow-after': position,
  });
  expect(item.id).toBe(mediaId);
  expect(performance.now() - startedAt).toBeLessThan(2_000);

  const told = new TextDecoderStream();
  void stream.body?.pipeTo(told.writable as WritableStream<Uint8Array>).catch(() => {});
  let text = '';
  for await (const piece of told.readable) {
    text += piece;
    if (text.includes(mediaId)) break;
  }
  expect(text).toMatch(/event: MediaRegistered\ndata: /);

  await waitForItem(fleet.url('query'), mediaId, isSettled);
  const { stdout } = await promisify(execFile)(process.execPath, [cliBin, 'status', mediaId, '--json'], {
    env: { ...process.env, MEDIAFLOW_URL: fleet.url('query') },
  });
  expect(JSON.parse(stdout)).toMatchObject({ id: mediaId });
});

test(`kill -9 of every kind of process and of the database, ${KILLS} times, loses nothing and does nothing twice`, {
  timeout: 150_000 + KILLS * 15_000,
}, async () => {
  const victims = ['worker 1', 'projector and saga', 'database', 'api', 'worker 2', 'query'];
  const uploaded: string[] = [];
  const log: string[] = [];
  const retried = <T>(work: () => Promise<T>) => untilAnswered(work, 60);

  for (let kill = 0; kill < KILLS; kill++) {
    const key = `kill ${kill}`;
    const sent = retried(async () => (await uploadWithKey(fleet.url('api'), clip, key)).mediaId);
    const victim = victims[kill % victims.length] ?? '';
    const pauseMilliseconds = Math.round(Math.random() * 3_000);
    log.push(`${victim} after ${pauseMilliseconds} ms`);
    await delay(pauseMilliseconds);
    if (victim === 'database') database.kill();
    else await fleet.restart(victim);
    const mediaId = await sent;
    uploaded.push(mediaId);
    await retried(() =>
      postJson(
        `${fleet.url('api')}/v1/interactions`,
        [interaction(mediaId, `viewer ${kill % 3}`, 'play'), interaction(mediaId, 'ada', 'like')],
        { 'idempotency-key': key },
      ),
    );
    await retried(() =>
      postJson(`${fleet.url('api')}/v1/recommendations`, { userId: 'ada' }, { 'idempotency-key': key }),
    );
  }

  const why = log.join(', ');
  for (const mediaId of uploaded) {
    const item = await untilAnswered(
      () => waitForItem(fleet.url('api'), mediaId, isSettled, 90 + KILLS * 10),
      90 + KILLS * 10,
    );
    expect(
      item.steps.filter(({ status }) => status !== 'completed'),
      why,
    ).toEqual([]);
    if (item.status === 'in_review')
      await postJson(`${fleet.url('api')}/v1/media/${mediaId}/review`, {
        decision: 'approve',
        reason: 'fine',
      });
    await waitForItem(fleet.url('query'), mediaId, ({ status }) => status === 'published');
    await expectDoneOnce(fleet.url('query'), mediaId);
  }
  await expectNothingLeft(database.query);
  await expectViewsLikeRebuilt(fleet.url('api'), database.query);
});

test('all of them end cleanly, and leave no connection behind', async () => {
  const connections = await database.query<{ application_name: string; count: number }>(
    `select application_name, count(*)::int from pg_stat_activity
     where backend_type = 'client backend' and application_name <> 'test' group by 1 order by 1`,
  );
  const total = connections.reduce((sum, { count }) => sum + count, 0);
  expect(total, JSON.stringify(connections)).toBeLessThan(70);
  for (const [name, code] of await fleet.stopAll()) expect([name, code]).toEqual([name, 0]);
  const left = () =>
    database.query(
      `select application_name, state from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
  await expect.poll(left, { timeout: 5_000 }).toEqual([]);
});
