import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRedis, type Redis } from '../../../src/adapters/redis/connection/open-redis.js';
import { createRedisHotViews } from '../../../src/adapters/redis/hot-views/hot-views.js';
import type { HotEntry, HotViews } from '../../../src/core/hot-views.js';
import { silentLogger } from '../../../src/core/logger.js';
import { positionAt } from '../../../src/core/numbered-position.js';
import { hotViewsContract } from '../../contracts/hot-views.contract.js';
import { openTestRedis } from '../../support/redis.js';

const PREFIX = `test:${randomUUID()}:`;
const server = await openTestRedis();
const redis: Redis = openRedis({ url: server.url, logger: silentLogger, patienceMilliseconds: 5_000 });
beforeAll(async () => {
  while (
    !(await redis.ping().then(
      () => true,
      () => false,
    ))
  )
    await delay(10);
});
afterAll(async () => {
  await redis.close();
  await server.forget(PREFIX);
  await server.close();
});

let opened = 0;
const open = (prefix = `${PREFIX}${++opened}:`) => createRedisHotViews({ redis, prefix });

hotViewsContract('hot views in Redis', {
  open: async () => open(),
  // Keys expire by the clock of the server, which is nobody's to set.
  pass: (milliseconds) => delay(milliseconds),
});

const step = (from: number, to: number, subjects: readonly string[] = []) => ({
  ...{ view: 'items', rebuilds: 0, from: positionAt(from), to: positionAt(to), subjects },
});
const mark = (position: number) => ({ view: 'items', rebuilds: 0, position: positionAt(position) });
const entryAt = (position: number, body = 'body'): HotEntry => ({
  madeOf: [{ ...mark(position), subjects: ['a'] }],
  headers: {},
  body,
});

describe('a Redis that is not what it was', () => {
  let views: HotViews;
  let prefix: string;
  beforeEach(async () => {
    prefix = `${PREFIX}${++opened}:`;
    views = open(prefix);
    await views.tell([step(10, 10)]);
    await views.put('k', entryAt(10), 60_000);
    expect((await views.get('k', [mark(10)]))?.entry.body).toBe('body');
  });
  const bodyOf = async (...known: ReturnType<typeof mark>[]) => (await views.get('k', known))?.entry.body;
  const again = async () => {
    for (let turn = 0; turn < 2; turn++) await views.put('k', entryAt(11, 'new'), 60_000);
    return bodyOf(mark(11));
  };

  test('and has forgotten everything gives nothing, and is of use again with the next step', async () => {
    await server.forget(prefix);
    expect(await bodyOf(mark(10))).toBeUndefined();
    await views.put('k', entryAt(10), 60_000);
    expect(await bodyOf()).toBeUndefined();
    await views.tell([step(10, 11)]);
    expect(await again()).toBe('new');
  });

  test.each(['entry:k', 'view:items', 'subject:items@0:a'])(
    'and has had no room for %s gives nothing that depends on it, and is of use again',
    async (key) => {
      await server.client.del(prefix + key);
      expect(await bodyOf(mark(10))).toBeUndefined();
      await views.tell([step(10, 11)]);
      expect(await again()).toBe('new');
    },
  );

  test('and had no room for a subject takes nothing from before a change that it knew of', async () => {
    await views.tell([step(10, 11, ['a'])]);
    await server.client.del(`${prefix}subject:items@0:a`);
    for (let turn = 0; turn < 3; turn++) await views.put('k', entryAt(10), 60_000);
    expect(await bodyOf()).toBeUndefined();
    expect(await again()).toBe('new');
  });

  test.each(['entry:k', 'view:items', 'subject:items@0:a'])(
    'and has something else under %s gives nothing, and puts in order what it is told',
    async (key) => {
      for (const spoil of [
        () => server.client.lPush(prefix + key, 'a list'),
        () => server.client.hSet(prefix + key, 'a', 'hash'),
        () => server.client.set(prefix + key, ''),
        () => server.client.set(prefix + key, 'what nobody of us wrote\n{"madeOf":[]}'),
        () => server.client.set(prefix + key, '0|x'),
      ]) {
        await server.client.del(prefix + key);
        await spoil();
        expect(await bodyOf(mark(10))).toBeUndefined();
        await views.tell([step(10, 11)]);
        expect(await again()).toBe('new');
        await server.forget(prefix);
        await views.tell([step(10, 11)]);
        expect(await again()).toBe('new');
      }
    },
  );

  test('and started from old data gives nothing to who knows of more, before anything has been told', async () => {
    const goBack = await server.remember(prefix);
    await views.tell([step(10, 11, ['a'])]);
    await goBack();
    expect(await bodyOf(mark(11))).toBeUndefined();
    // Where nothing has happened since, what is old is what is there.
    expect(await bodyOf(mark(10))).toBe('body');
  });

  test('and started from old data ends what is in it with the next step, since it was not told of the last', async () => {
    const goBack = await server.remember(prefix);
    await views.tell([step(10, 11, ['a'])]);
    await goBack();
    await views.tell([step(11, 12, ['b'])]);
    expect(await bodyOf()).toBeUndefined();
    for (let turn = 0; turn < 2; turn++) await views.put('k', entryAt(10, 'late'), 60_000);
    expect(await bodyOf()).toBeUndefined();
  });

  test('and has lost its scripts is given them again', async () => {
    await server.client.scriptFlush();
    await views.tell([step(10, 11, ['a'])]);
    expect(await bodyOf()).toBeUndefined();
    await server.client.scriptFlush();
    expect(await again()).toBe('new');
  });
});

test('what lies in Redis has an end, so that what nobody asks for goes by itself', async () => {
  const prefix = `${PREFIX}${++opened}:`;
  const views = open(prefix);
  await views.tell([step(10, 10)]);
  await views.put('k', entryAt(10), 60_000);
  const keys = await server.keysOf(prefix);
  expect(keys.length).toBe(3);
  for (const key of keys) expect(await server.client.pTTL(key), key).toBeGreaterThan(0);
});

test('subjects that nobody has asked for take no room, however many change', async () => {
  const prefix = `${PREFIX}${++opened}:`;
  await open(prefix).tell([
    step(
      10,
      11,
      Array.from({ length: 2_000 }, (_, index) => `s${index}`),
    ),
  ]);
  expect(await server.keysOf(prefix)).toEqual([`${prefix}view:items`]);
});

test('two readers and a projector that race leave nothing that is older than the last change', async () => {
  const views = open();
  await views.tell([step(0, 0)]);
  let visible = 0;
  const project = async () => {
    for (let position = 1; position <= 200; position++) {
      await views.tell([step(position - 1, position, ['a'])]);
      visible = position;
    }
  };
  const read = async (stale: string[]) => {
    while (visible < 200) {
      const before = visible;
      const found = await views.get('k', [mark(before)]);
      if (found && Number(found.entry.body) < before) stale.push(`${found.entry.body} at ${before}`);
      const position = visible;
      await delay(Math.random() * 3);
      await views.put('k', entryAt(position, String(position)), 60_000);
    }
  };
  const stale: string[] = [];
  await Promise.all([project(), read(stale), read(stale), read(stale)]);
  expect(stale).toEqual([]);
});
