import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../src/apps/config.js';
import { openHttpServer } from '../../../src/apps/http/http-server.js';
import type { Role } from '../../../src/apps/roles.js';
import { startMediaFlow } from '../../../src/apps/wire/start-media-flow.js';
import type { Logger } from '../../../src/core/logger.js';
import { rememberItems, withEventStore } from '../../bench/support/remembered-interactions.js';
import { type CuttingProxy, createCuttingProxy } from '../../support/cutting-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { openTestRedis } from '../../support/redis.js';

const PREFIX = 'test-shared-hot-views:';
const folder = mkdtempSync(join(tmpdir(), 'mediaflow-shared-'));
const errors: string[] = [];
const note = (fields: object, message: string) => void errors.push(`${message} ${JSON.stringify(fields)}`);
const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: note };

type Started = Awaited<ReturnType<typeof startMediaFlow>>;
let database: TestDatabase;
let redis: Awaited<ReturnType<typeof openTestRedis>>;
let proxy: CuttingProxy;
let ids: string[];
let api: Started;
let queries: Started[];
const running: Started[] = [];

async function start(name: string, ...roles: Role[]): Promise<Started> {
  const config = readConfig({
    ...{ PORT: '0', MEDIAFLOW_DATA: join(folder, name), DATABASE_URL: database.url },
    ...{ REDIS_URL: proxy.url, REDIS_PREFIX: PREFIX },
  });
  const server = await openHttpServer(config);
  const started = await startMediaFlow({ server, config, roles, logger, version: 'test' });
  running.push(started);
  return started;
}

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await openTestRedis();
  await redis.forget(PREFIX);
  proxy = await createCuttingProxy(redis.url);
  ids = await withEventStore(database.url, (store) => rememberItems(store, 50));
  api = await start('api', 'command');
  await start('projector-1', 'projector');
  await start('projector-2', 'projector');
  queries = [await start('query-1', 'query'), await start('query-2', 'query')];
});
afterAll(async () => {
  for (const each of running.toReversed()) await each.stop();
  await proxy.close();
  await redis.forget(PREFIX);
  await redis.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

const query = (index: number): Started => {
  const found = queries[index % queries.length];
  if (!found) throw new Error('there are two');
  return found;
};
const itemId = (index: number): string => ids[index] ?? '';

async function ask(index: number, mediaId: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${query(index).url}/v1/media/${mediaId}`, { headers });
  const body = (await answer.json()) as { title: string; status: string };
  return { status: answer.status, title: body.title };
}

async function outcomes(index: number): Promise<Record<string, number>> {
  const text = await (await fetch(`${query(index).url}/metrics`)).text();
  const found = text.matchAll(/cache_(?:hits|misses)_total\{cache="hot_answers",\w+="(\w+)"\} (\d+)/g);
  return Object.fromEntries([...found].map(([, name, count]) => [name, Number(count)]));
}

async function change(mediaId: string, title: string): Promise<string> {
  const answer = await fetch(`${api.url}/v1/media/${mediaId}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title }),
  });
  return ((await answer.json()) as { position: string }).position;
}

async function redisHealth(index: number) {
  const answer = await fetch(`${query(index).url}/health/ready`);
  const { status, dependencies } = (await answer.json()) as {
    status: string;
    dependencies: Record<string, { status: string }>;
  };
  return [answer.status, status, dependencies.redis?.status];
}

test('what one process has worked out another finds', async () => {
  let turn = 0;
  await expect
    .poll(async () => {
      // Another title each time, so that nothing is at hand yet.
      const position = await change(itemId(0), `Shared ${turn++}`);
      await ask(0, itemId(0), { 'mediaflow-after': position });
      await ask(1, itemId(0), { 'mediaflow-after': position });
      return (await outcomes(1)).shared ?? 0;
    })
    .toBeGreaterThan(0);
});

test('what a change has made visible in one process is not older in another for more than a moment', async () => {
  for (let turn = 0; turn < 30; turn++) {
    const id = itemId(1 + (turn % 5));
    for (const index of [0, 1, 0, 1]) await ask(index, id);
    const title = `Title ${turn}`;
    const position = await change(id, title);
    expect((await ask(0, id, { 'mediaflow-after': position })).title).toBe(title);
    const seenAt = performance.now();
    let other = await ask(1, id);
    while (other.title !== title) other = await ask(1, id);
    expect(performance.now() - seenAt).toBeLessThan(500);
    expect((await ask(0, id)).title).toBe(title);
  }
});

test.each<[string, () => unknown, () => unknown]>([
  ['that is cut off', () => proxy.cut(), () => proxy.restore()],
  ['whose connections carry nothing', () => proxy.fallSilent({ newOnesToo: true }), () => proxy.speakAgain()],
  ['that forgets all the time', () => redis.forget(PREFIX), () => redis.forget(PREFIX)],
])(
  'with a Redis %s everybody is answered, nobody is shown what was before, and it is said to be degraded',
  async (what, disturb, mend) => {
    const id = itemId(10);
    for (const index of [0, 1]) await ask(index, id);
    await disturb();
    for (let turn = 0; turn < 10; turn++) {
      const title = `${what} ${turn}`;
      const position = await change(id, title);
      for (const index of [0, 1]) {
        expect(await ask(index, id, { 'mediaflow-after': position })).toEqual({ status: 200, title });
        expect(await ask(index, id)).toEqual({ status: 200, title });
      }
    }
    if (!what.includes('forgets')) {
      await expect.poll(() => redisHealth(0)).toEqual([200, 'ready', 'degraded']);
    }
    await mend();
    await expect.poll(() => redisHealth(0)).toEqual([200, 'ready', 'ok']);
    const position = await change(id, 'mended');
    expect(await ask(0, id, { 'mediaflow-after': position })).toMatchObject({ title: 'mended' });
    expect(await ask(0, id)).toMatchObject({ title: 'mended' });
  },
);

test('what is taken down while the projectors cannot reach Redis does not come back from it', async () => {
  const id = itemId(20);
  // Known to Redis, and to one process only.
  await expect
    .poll(async () => {
      await ask(0, id);
      return (await redis.keysOf(PREFIX)).some((key) => key.includes(id));
    })
    .toBe(true);
  proxy.cut();
  const deleted = await fetch(`${api.url}/v1/media/${id}`, { method: 'DELETE' });
  const { position } = (await deleted.json()) as { position: string };
  await ask(1, id, { 'mediaflow-after': position });
  proxy.restore();
  await expect.poll(() => redisHealth(1)).toEqual([200, 'ready', 'ok']);
  for (let turn = 0; turn < 20; turn++)
    for (const index of [0, 1]) expect(await ask(index, id)).toMatchObject({ title: '' });
});
