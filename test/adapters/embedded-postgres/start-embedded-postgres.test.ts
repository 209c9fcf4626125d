import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
} from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import {
  asRoot,
  createDataFolder,
  type DataFolder,
  NOBODY,
  namesIn,
  query,
  type Started,
  start,
  startApplication,
} from './support.js';

describe('a running server', () => {
  let folder: DataFolder;
  let server: EmbeddedPostgres;

  beforeAll(async () => {
    folder = await createDataFolder();
    server = await start(folder.path, { max_connections: '70' });
  });
  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  test('has a database of the application in UTF-8 that knows the case of every letter', async () => {
    const rows = await query(
      server.connectionString,
      `select current_database() as name, lower('ÉÄΩ') as lower, 'B' < 'a' as sorts_bytes`,
    );
    expect(rows).toEqual([{ name: 'mediaflow', lower: 'éäω', sorts_bytes: true }]);
    expect(server.serverVersion).toMatch(/^18\./);
    expect(server.isRunning()).toBe(true);
  });

  test('never loses an acknowledged commit to a power cut, and takes settings of the caller', async () => {
    const rows = await query(
      server.connectionString,
      `select name, setting from pg_settings
       where name in ('fsync', 'synchronous_commit', 'jit', 'data_checksums', 'max_connections') order by name`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: 'on',
      fsync: 'on',
      jit: 'off',
      max_connections: '70',
      synchronous_commit: 'on',
    });
  });

  test('listens on loopback only, and lets nobody in without the password', async () => {
    const rows = await query(
      server.connectionString,
      `select current_setting('listen_addresses') as listens`,
    );
    expect(rows).toEqual([{ listens: '127.0.0.1' }]);
    const stranger = new URL(server.connectionString);
    stranger.password = 'guess';
    await expect(query(stranger.href, 'select 1')).rejects.toThrow('password authentication failed');
    const { mode } = await stat(join(folder.path, 'postgres', 'mediaflow.password'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('is found by other processes of the same user', async () => {
    expect(await findEmbeddedPostgres(folder.path)).toBe(server.connectionString);
  });
});

describe('an empty data folder', () => {
  let folder: DataFolder;

  beforeEach(async () => {
    folder = await createDataFolder();
  });
  afterEach(() => folder.remove());

  test('made by another major version is refused with both versions', async () => {
    await mkdir(join(folder.path, 'postgres'), { recursive: true });
    await writeFile(join(folder.path, 'postgres', 'PG_VERSION'), '14\n');
    await expect(start(folder.path)).rejects.toMatchObject({
      code: 'postgres_version_mismatch',
      details: { clusterMajor: '14', serverMajor: '18' },
    });
  });

  test('whose postgres folder holds something else is left alone', async () => {
    await mkdir(join(folder.path, 'postgres'), { recursive: true });
    await writeFile(join(folder.path, 'postgres', 'holiday.jpg'), 'photo');
    await expect(start(folder.path)).rejects.toMatchObject({ code: 'postgres_folder_invalid' });
    expect(await namesIn(join(folder.path, 'postgres'))).toEqual(['holiday.jpg']);
  });

  test('with the rest of an interrupted first start is made anew', async () => {
    await mkdir(join(folder.path, 'postgres.init-abc123', 'cluster', 'base'), { recursive: true });
    const server = await start(folder.path);
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await namesIn(folder.path)).sort()).toEqual(['postgres', 'postgres.log']);
    await server.stop();
  });

  test.runIf(asRoot)('below a folder that only root may enter works', async () => {
    await chmod(folder.root, 0o700);
    const server = await start(folder.path);
    const { uid } = await stat(join(folder.path, 'postgres'));
    expect(uid).not.toBe(0);
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test.runIf(asRoot)('of an ordinary user works for that user and, afterwards, for root', async () => {
    await chmod(folder.root, 0o777);
    const application = startApplication(folder.path, NOBODY);
    const told = await application.readJsonLine<Started>();
    expect(told).toHaveProperty('connectionString');
    await query(told?.connectionString ?? '', 'create table kept as select 42 as answer');
    application.child.kill('SIGINT');
    expect(await application.readJsonLine<Started>()).toEqual({ answer: 'still here' });
    expect(await application.ended).toBe(0);

    const server = await start(folder.path);
    expect(await query(server.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await server.stop();
    expect((await stat(join(folder.path, 'postgres'))).uid).toBe(NOBODY.uid);
  });

  test('that cannot be written is refused with what to do', async () => {
    await chmod(folder.root, 0o555);
    const application = startApplication(folder.path, asRoot ? NOBODY : {});
    expect(await application.readJsonLine<Started>()).toMatchObject({
      code: 'data_folder_not_writable',
      message: expect.stringContaining('MEDIAFLOW_DATA'),
    });
    application.child.kill('SIGKILL');
    await application.ended;
  });
});

describe('a data folder with a database', () => {
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

  test('keeps its data, and nothing runs after a stop', async () => {
    const first = await start(folder.path);
    await query(first.connectionString, 'create table kept as select 42 as answer');
    await first.stop();
    await first.stop();
    expect(first.isRunning()).toBe(false);
    expect(await findEmbeddedPostgres(folder.path)).toBeUndefined();
    await expect(query(first.connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED');

    const second = await start(folder.path);
    expect(await query(second.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  test('that lost its password is refused instead of being made anew', async () => {
    await rm(join(folder.path, 'postgres', 'mediaflow.password'));
    await expect(start(folder.path)).rejects.toMatchObject({ code: 'postgres_folder_invalid' });
    expect(await namesIn(join(folder.path, 'postgres'))).toContain('PG_VERSION');
  });

  test.runIf(asRoot)('that is copied by root is given back to the user of the server', async () => {
    execFileSync('chown', ['-R', '0:0', folder.path]);
    const server = await start(folder.path);
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });
});
