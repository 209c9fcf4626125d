import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBinaries } from '../../../src/adapters/embedded-postgres/binaries.js';
import { findFreePort } from '../../../src/adapters/embedded-postgres/free-port.js';
import { findEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import {
  asRoot,
  createDataFolder,
  type DataFolder,
  eventually,
  isAlive,
  namesIn,
  query,
  type Started,
  start,
  startApplication,
} from './support.js';

let pristine: DataFolder;
let folder: DataFolder;

beforeAll(async () => {
  pristine = await createDataFolder();
  await (await start(pristine.path)).stop();
});
afterAll(() => pristine.remove());

beforeEach(async () => {
  folder = await createDataFolder(pristine);
});
afterEach(() => folder.remove());

const kill = (pid: number | undefined) => process.kill(pid ?? Number.NaN, 'SIGKILL');

test('a killed server is back on the same port with every acknowledged row, and pools connect again', async () => {
  const server = await start(folder.path);
  const pool = new pg.Pool({ connectionString: server.connectionString, max: 3 });
  pool.on('error', () => {}); // the kill cuts idle connections
  await pool.query('create table acknowledged (number int)');
  for (let round = 1; round <= 3; round += 1) {
    await pool.query('insert into acknowledged values ($1)', [round]);
    const killed = server.pid();
    kill(killed);
    await eventually(async () => (server.isRunning() && server.pid() !== killed ? true : undefined));
    const { rows } = await eventually(() => pool.query('select count(*)::int as count from acknowledged'));
    expect(rows).toEqual([{ count: round }]);
  }
  await pool.end();
  await server.stop();
});

test('a killed backend does not end the server', async () => {
  const server = await start(folder.path);
  const victim = new pg.Client(server.connectionString);
  victim.on('error', () => {});
  await victim.connect();
  const { rows } = await victim.query('select pg_backend_pid() as pid');
  const lost = new Promise((resolve) => victim.once('end', resolve));
  kill(rows[0].pid);
  await lost;
  const postmaster = server.pid();
  expect(await eventually(() => query(server.connectionString, 'select 1 as one'))).toEqual([{ one: 1 }]);
  expect(server.pid()).toBe(postmaster);
  await server.stop();
});

test('a stop while the server is down or coming back leaves nothing running', async () => {
  const server = await start(folder.path);
  kill(server.pid());
  await eventually(async () => (server.isRunning() ? undefined : true));
  await server.stop();
  expect(server.pid()).toBeUndefined();
  expect(await findEmbeddedPostgres(folder.path)).toBeUndefined();
});

test('a killed application takes its server along, and the next start has every row', async () => {
  const application = startApplication(folder.path);
  const told = await application.readJsonLine<Started>();
  await query(told?.connectionString ?? '', 'create table kept as select 42 as answer');
  application.child.kill('SIGKILL');
  await application.ended;
  if (existsSync('/usr/bin/setpriv'))
    await eventually(async () => (isAlive(told?.databasePid ?? 0) ? undefined : true));

  const server = await start(folder.path);
  expect(await query(server.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await server.stop();
});

test('a server that was left running is replaced, and what still runs on it is cut', async () => {
  const { postgres } = await findBinaries();
  const { uid, gid } = await stat(join(folder.path, 'postgres'));
  const flags = ['-D', join(folder.path, 'postgres'), '-p', `${await findFreePort()}`, '-k', ''];
  const options = { stdio: 'ignore', cwd: '/', ...(asRoot && { uid, gid }) } as const;
  const ended = once(spawn(postgres, flags, options), 'exit');
  const leftover = await eventually(() => findEmbeddedPostgres(folder.path));
  await query(leftover, 'create table late (number int)');
  const slow = query(leftover, 'insert into late select 1 from pg_sleep(60)').catch((error) => error);
  await eventually(async () => {
    const rows = await query(leftover, `select 1 from pg_stat_activity where wait_event = 'PgSleep'`);
    return rows.length > 0 ? true : undefined;
  });

  const server = await start(folder.path);
  await ended;
  expect(await slow).toBeInstanceOf(Error);
  expect(await query(server.connectionString, 'select * from late')).toEqual([]);
  expect(await findEmbeddedPostgres(folder.path)).toBe(server.connectionString);
  await server.stop();
});

test('a server that does not end when it is asked to keeps nobody waiting for long', async () => {
  const application = startApplication(folder.path);
  const told = await application.readJsonLine<Started>();
  const client = new pg.Client(told?.connectionString);
  client.on('error', () => {});
  await client.connect();
  await client.query('create table kept as select 42 as answer');
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  // It hears nothing, so that a clean end waits for it for ever.
  process.kill(pid, 'SIGSTOP');
  application.child.kill('SIGKILL');
  await application.ended;

  const startedAt = performance.now();
  const server = await start(folder.path);
  expect(performance.now() - startedAt).toBeLessThan(18_000);
  expect(await query(server.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await eventually(async () => (isAlive(pid) ? undefined : true));
  await server.stop();
  await client.end().catch(() => {});
});

test('application and server killed together start again', async () => {
  const application = startApplication(folder.path);
  const told = await application.readJsonLine<Started>();
  await query(told?.connectionString ?? '', 'create table kept as select 42 as answer');
  application.child.kill('SIGKILL');
  kill(told?.databasePid);
  await application.ended;
  const server = await start(folder.path);
  expect(await query(server.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await server.stop();
});

test('a kill in the middle of the first start does no harm', async () => {
  await rm(folder.path, { recursive: true });
  for (const sign of ['postgres.init-', 'base', 'PG_VERSION']) {
    const application = startApplication(folder.path);
    await eventually(async () => {
      const [unfinished] = (await namesIn(folder.path)).filter((name) => name.startsWith('postgres.init-'));
      const inside = unfinished ? await namesIn(join(folder.path, unfinished, 'cluster')) : [];
      return unfinished && (unfinished.startsWith(sign) || inside.includes(sign)) ? true : undefined;
    });
    application.child.kill('SIGKILL');
    await application.ended;
    expect(await namesIn(folder.path)).not.toContain('postgres');
  }
  const server = await start(folder.path);
  expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
});

test('a pid of a dead server that another program has by now is not mistaken for the server', async () => {
  const first = await start(folder.path);
  const { uid, gid } = await stat(join(folder.path, 'postgres'));
  const stranger: ChildProcess = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
  await once(stranger, 'spawn');
  const postmasterFile = join(folder.path, 'postgres', 'postmaster.pid');
  const [, ...rest] = (await readFile(postmasterFile, 'utf8')).split('\n');
  await first.stop();
  await writeFile(postmasterFile, [stranger.pid, ...rest].join('\n'));

  expect(await findEmbeddedPostgres(folder.path)).toBeUndefined();
  const second = await start(folder.path);
  expect(await query(second.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
  stranger.kill('SIGKILL');
  await second.stop();
});

test('Ctrl-C reaches the application alone, which can still finish its work in the database', async () => {
  const application = startApplication(folder.path, { detached: true });
  const told = await application.readJsonLine<Started>();
  process.kill(-(application.child.pid ?? Number.NaN), 'SIGINT');
  expect(await application.readJsonLine<Started>()).toEqual({ answer: 'still here' });
  expect(await application.ended).toBe(0);
  expect(isAlive(told?.databasePid ?? 0)).toBe(false);
});

test('a second application on the folder is refused and does not disturb the first', async () => {
  const first = startApplication(folder.path);
  const told = await first.readJsonLine<Started>();
  const second = startApplication(folder.path);
  expect(await second.readJsonLine<Started>()).toMatchObject({
    code: 'data_folder_in_use',
    message: expect.stringContaining(`process ${first.child.pid}`),
  });
  expect(await query(told?.connectionString ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
  first.child.kill('SIGINT');
  await Promise.all([first.ended, second.ended]);
});
