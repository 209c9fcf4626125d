import { afterAll, expect, test } from 'vitest';
import { createListener } from '../../../../src/adapters/postgres/connection/listener.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { createCuttingProxy } from '../../../support/cutting-proxy.js';
import { createTestDatabase } from '../../../support/database.js';

const database = await createTestDatabase();
const proxy = await createCuttingProxy(database.url);
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

const tell = (channel: string, text: string) =>
  database.pool.query('select pg_notify($1, $2)', [channel, text]);

/** Tells until it is heard: what is told while nobody listens yet is lost. */
async function hears(heard: readonly string[], channel: string, text: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await tell(channel, text);
        return heard;
      },
      { timeout: 25_000 },
    )
    .toContain(`${channel} ${text}`);
}

const listenersNow = async () => {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name = 'mediaflow-listener'`,
  );
  return rows[0]?.count;
};

test('one connection hears every channel, also those that are asked for later', async () => {
  const listener = createListener({ connectionString: database.url, logger: silentLogger });
  const heard: string[] = [];
  const listen = (channel: string) => listener.listen(channel, (text) => heard.push(`${channel} ${text}`));
  listen('one');
  listen('two');
  await hears(heard, 'one', 'a');
  await hears(heard, 'two', 'b');
  listen('three');
  await hears(heard, 'three', 'c');
  expect(await listenersNow()).toBe(1);
  await listener.close();
  await expect.poll(listenersNow).toBe(0);
});

test('what is missed until it hears again is told as a loss, not only that the connection broke', async () => {
  const listener = createListener({ connectionString: proxy.url, logger: silentLogger });
  const heard: string[] = [];
  let losses = 0;
  const onLost = () => {
    losses++;
  };
  listener.listen('gap', (text) => heard.push(`gap ${text}`), onLost);
  await hears(heard, 'gap', 'before');
  expect(losses).toBe(0);
  proxy.cut();
  await expect.poll(() => losses).toBeGreaterThan(0);
  const whileCut = losses;
  proxy.restore();
  await hears(heard, 'gap', 'after');
  expect(losses).toBeGreaterThan(whileCut);
  await listener.close();
});

test('a loss that somebody else had is told at once, and a connection that is silent is found out by it', async () => {
  const listener = createListener({ connectionString: proxy.url, logger: silentLogger });
  const heard: string[] = [];
  let losses = 0;
  listener.listen(
    'rumour',
    (text) => heard.push(`rumour ${text}`),
    () => losses++,
  );
  await hears(heard, 'rumour', 'before');
  await proxy.fallSilent({ newOnesToo: false });
  for (const _ of [1, 2, 3]) listener.suspect();
  expect(losses).toBe(3);
  // Long before it would have been asked whether it lives.
  await hears(heard, 'rumour', 'after');
  expect(losses).toBeGreaterThan(3);
  await listener.close();
  proxy.speakAgain();
});

test('a connection that falls silent is noticed, told, and replaced by one that hears again', async () => {
  const connectionString = proxy.url;
  const listener = createListener({ connectionString, logger: silentLogger, checkMilliseconds: 50 });
  const heard: string[] = [];
  const lost = Promise.withResolvers<void>();
  listener.listen('news', (text) => heard.push(`news ${text}`), lost.resolve);
  await hears(heard, 'news', 'before');
  await proxy.fallSilent({ newOnesToo: false });
  await lost.promise;
  await hears(heard, 'news', 'after');
  await listener.close();
  proxy.speakAgain();
});
