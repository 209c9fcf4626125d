import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../../src/adapters/embedded-postgres/free-port.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectProblem, tusHeaders } from './support/client.js';
import { startServer, type TemporaryFolder, temporaryFolder } from './support/server.js';

let folder: TemporaryFolder;
let database: TestDatabase;
let holder: pg.Client;

beforeAll(async () => {
  folder = temporaryFolder();
  database = await createTestDatabase();
  holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
});
afterAll(async () => {
  await holder?.end();
  await database?.drop();
  folder?.remove();
});

const LOCK = `hashtext('mediaflow:migrations')`;

/** As another process does whose migration takes long. */
const holdSchema = () => holder.query(`select pg_advisory_lock(${LOCK})`);
const letGo = () => holder.query(`select pg_advisory_unlock(${LOCK})`);

const isWaitedFor = async (): Promise<boolean> =>
  (
    await database.pool.query(
      `select from pg_locks where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())`,
    )
  ).rowCount === 1;

test('whoever comes while a server starts is told to come again, from the moment its port is open', async () => {
  await holdSchema();
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const starting = startServer(join(folder.path, 'data'), {
    ...{ PORT: `${port}`, DATABASE_URL: database.url },
    MEDIAFLOW_CORS_ORIGINS: 'https://www.example.com',
  });
  const isOver = new AbortController();
  const told = tellEverything(url, isOver.signal);
  await expect.poll(isWaitedFor, { timeout: 20_000 }).toBe(true);

  for (const [method, path] of [
    ['GET', '/v1/media'],
    ['POST', '/v1/interactions'],
    ['GET', '/no/such/address'],
    ['GET', '/metrics'],
  ] as const) {
    const response = await fetch(`${url}${path}`, { method });
    expect(response.headers.get('retry-after'), path).toBe('2');
    expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
    await expectProblem(response, 503, 'starting');
  }
  const head = await fetch(`${url}/v1/media`, { method: 'HEAD' });
  expect([head.status, head.headers.get('retry-after'), await head.text()]).toEqual([503, '2', '']);

  const live = await fetch(`${url}/health/live`);
  expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
  const ready = await fetch(`${url}/health/ready`);
  expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await ready.json()).toEqual({ status: 'starting', waitsFor: 'schema' });

  const creation = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: { ...tusHeaders, 'upload-length': '10' },
  });
  expect(creation.headers.get('tus-resumable')).toBe('1.0.0');
  await expectProblem(creation, 503, 'starting');

  const page = { origin: 'https://www.example.com' };
  const preflight = await fetch(`${url}/v1/uploads`, {
    method: 'OPTIONS',
    headers: { ...page, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'x']);
  const allowedFor = async (path: string, origin: string) => {
    const { status, headers } = await fetch(`${url}${path}`, { headers: { origin } });
    return [status, headers.get('access-control-allow-origin'), headers.get('vary')];
  };
  expect(await allowedFor('/v1/media', page.origin)).toEqual([503, page.origin, 'Origin']);
  expect(await allowedFor('/v1/media', 'https://evil.example')).toEqual([503, null, 'Origin']);
  expect(await allowedFor('/v1/media/id/hls/master.m3u8', 'https://any.example')).toEqual([503, '*', null]);

  // One that was opened early and stays open is served by the application in the end.
  const kept = keptConnection(port);
  expect(await kept.ask('/v1/media')).toContain('503 Service Unavailable');
  await letGo();
  const server = await starting;
  expect(await kept.ask('/v1/media')).toContain('200 OK');
  kept.close();
  await expect.poll(async () => (await fetch(`${url}/health/ready`)).status).toBe(200);
  isOver.abort();
  const { statuses, refused } = await told;
  expect(refused).toBe(0);
  // Refusals first, answers then, and nothing else in between.
  expect([...new Set(statuses)]).toEqual([503, 200]);
  expect(statuses.lastIndexOf(503)).toBeLessThan(statuses.indexOf(200));
  await server.stop();
});

test('a body that nobody reads while the server starts does not keep its sender from the answer', async () => {
  await holdSchema();
  const port = await findFreePort();
  const starting = startServer(join(folder.path, 'data'), { PORT: `${port}`, DATABASE_URL: database.url });
  await expect.poll(isWaitedFor, { timeout: 20_000 }).toBe(true);
  const response = await fetch(`http://127.0.0.1:${port}/v1/media`, {
    method: 'POST',
    body: new Blob([new Uint8Array(8 * 1024 * 1024)]),
  });
  await expectProblem(response, 503, 'starting');
  await letGo();
  await (await starting).stop();
});

test('a start that fails says why and closes its port', async () => {
  const port = await findFreePort();
  const nowhere = `postgres://nobody:nothing@127.0.0.1:${await findFreePort()}/nothing`;
  const environment = { PORT: `${port}`, DATABASE_URL: nowhere };
  await expect(startServer(join(folder.path, 'other'), environment)).rejects.toThrow(
    'The database at 127.0.0.1',
  );
  await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
});

/** Asks on and on, each time on a connection of its own: what was answered since the first time somebody listened. */
async function tellEverything(url: string, isOver: AbortSignal) {
  const statuses: number[] = [];
  let refused = 0;
  while (!isOver.aborted) {
    const status = await fetch(`${url}/v1/media`, { headers: { connection: 'close' } }).then(
      (response) => response.text().then(() => response.status),
      () => undefined,
    );
    if (status !== undefined) statuses.push(status);
    else if (statuses.length > 0) refused += 1;
    await delay(1);
  }
  return { statuses, refused };
}

/** A client that keeps its one connection. */
function keptConnection(port: number) {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  return {
    async ask(path: string): Promise<string> {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
      return new Promise((resolve, reject) => {
        socket.once('data', (chunk) => resolve(String(chunk)));
        socket.once('close', () => reject(new Error('The connection was closed')));
      });
    },
    close: () => socket.destroy(),
  };
}
