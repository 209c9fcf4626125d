import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { openRedis, type Redis, script } from '../../../src/adapters/redis/connection/open-redis.js';
import type { Logger } from '../../../src/core/logger.js';
import { type CuttingProxy, createCuttingProxy } from '../../support/cutting-proxy.js';
import { openTestRedis } from '../../support/redis.js';

const server = await openTestRedis();
afterAll(() => server.close());

const told: string[] = [];
const tell = (_: object, message: string) => void told.push(message);
const logger: Logger = { debug: () => {}, info: tell, warn: tell, error: tell };
const GONE = 'Redis does not answer: answers are worked out without it';
const REFUSED = 'Redis refuses what is put to it: answers are worked out without it';
const BACK = 'Redis answers again';
const WRITE = script(`return redis.call('SET', KEYS[1], 'written', 'PX', 1000)`);
/** What a server says that was the primary when the connection was made. */
const DEMOTED = script(`return redis.error_reply("READONLY You can't write against a read only replica.")`);

const limits = { patienceMilliseconds: 200, steadyMilliseconds: 1_000 };

let proxy: CuttingProxy;
let redis: Redis;
beforeEach(async () => {
  told.length = 0;
  proxy = await createCuttingProxy(server.url);
  redis = openRedis({ ...limits, url: proxy.url, logger, probeMilliseconds: 100 });
  await expect.poll(answers).toBe(true);
});
afterEach(async () => {
  await redis.close();
  await proxy.close();
});

const answers = () =>
  redis.ping().then(
    () => true,
    () => false,
  );

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

test('a server that goes away is said once, answers nobody at once, and is used again when it is back', async () => {
  proxy.cut();
  await expect(redis.ping()).rejects.toMatchObject({ kind: 'unavailable', code: 'redis_unavailable' });
  await expect.poll(answers).toBe(false);
  expect(await milliseconds(answers)).toBeLessThan(50);
  expect(told).toEqual([GONE]);
  proxy.restore();
  await expect.poll(answers).toBe(true);
  await expect.poll(() => told).toEqual([GONE, BACK]);
});

test('of a connection that has fallen silent one waits a moment, nobody after that, and another one is made', async () => {
  await proxy.fallSilent({ newOnesToo: false });
  expect(await milliseconds(answers)).toBeLessThan(2_000);
  const asked = await Promise.all(Array.from({ length: 100 }, () => milliseconds(answers)));
  expect(Math.max(...asked)).toBeLessThan(100);
  await expect.poll(answers).toBe(true);
  await expect.poll(() => told).toEqual([GONE, BACK]);
});

test('a server that is slower than anybody waits is asked again by nobody but us until it answers', async () => {
  await proxy.fallSilent({ newOnesToo: true });
  expect(await answers()).toBe(false);
  expect(await answers()).toBe(false);
  proxy.speakAgain();
  await expect.poll(answers).toBe(true);
  await expect.poll(() => told).toEqual([GONE, BACK]);
});

test('a server that answers, but later than anybody waits, is not back, and is said once to be gone', async () => {
  proxy.ail({ kind: 'latency', milliseconds: 150 });
  const slow = openRedis({ ...limits, url: proxy.url, logger, probeMilliseconds: 500 });
  const answersSlowly = () =>
    slow.ping().then(
      () => true,
      () => false,
    );
  const toldAfterAsking = () => answersSlowly().then(() => told);
  await expect.poll(toldAfterAsking).toEqual([GONE]);
  for (let look = 0; look < 30; look++) {
    expect(await answersSlowly()).toBe(false);
    await delay(100);
  }
  expect(told).toEqual([GONE]);
  proxy.heal();
  await expect.poll(answersSlowly).toBe(true);
  await expect.poll(() => told).toEqual([GONE, BACK]);
  await slow.close();
});

test('what the server refuses is an answer, after which the next question is put', async () => {
  await expect(redis.command('NO-SUCH-COMMAND')).rejects.toThrow('unknown command');
  expect(await answers()).toBe(true);
  expect(told).toEqual([]);
});

test('a server that refuses our scripts is said once, is not well, and is well again when it carries one out', async () => {
  const user = `limited-${process.pid}`;
  await server.client.aclSetUser(user, ['on', '>secret', '~*', '+@all', '-@scripting']);
  const url = Object.assign(new URL(server.url), { username: user, password: 'secret' });
  const limited = openRedis({ ...limits, url: url.href, logger, probeMilliseconds: 100 });
  await expect
    .poll(() =>
      limited
        .ping()
        .then(() => true)
        .catch(() => false),
    )
    .toBe(true);
  for (let attempt = 0; attempt < 3; attempt++)
    await expect(limited.run(WRITE, ['open-redis:written'], [])).rejects.toThrow(/^NOPERM/);
  expect(told).toEqual([REFUSED]);
  await expect(limited.ping()).rejects.toMatchObject({
    code: 'redis_unavailable',
    message: expect.stringMatching(/^Redis refuses what is put to it: NOPERM/),
  });
  await server.client.aclSetUser(user, ['+@scripting']);
  await limited.ping();
  await expect.poll(() => told).toEqual([REFUSED, BACK]);
  await limited.close();
  await server.client.aclDelUser(user);
});

test('one that is a replica by now is asked anew where it is: another may have taken its place', async () => {
  const connection = () => redis.command<number>('CLIENT', 'ID').catch(() => undefined);
  const before = await connection();
  const refused = redis.run(DEMOTED, ['open-redis:written'], []);
  await expect(refused).rejects.toThrow('READONLY');
  await expect.poll(answers).toBe(true);
  expect(await connection()).toBeGreaterThan(before ?? 0);
  await expect.poll(() => told).toEqual([REFUSED, BACK]);
});

test('a server that is not there at the start is used as soon as it is', async () => {
  proxy.cut();
  const early = openRedis({ url: proxy.url, logger });
  await expect(early.ping()).rejects.toMatchObject({ code: 'redis_unavailable' });
  proxy.restore();
  await expect
    .poll(() =>
      early.ping().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await early.close();
});

test('one that is closed says nothing more, and holds nobody up', async () => {
  await proxy.fallSilent({ newOnesToo: true });
  const asking = answers();
  await redis.close();
  expect(await asking).toBe(false);
  await expect(redis.ping()).rejects.toMatchObject({ code: 'redis_unavailable' });
});
