import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { APPLICATION_ROLE } from '../../../src/adapters/embedded-postgres/layout.js';
import { migrate } from '../../../src/adapters/postgres/connection/migrate.js';
import { readConfig } from '../../../src/apps/config.js';
import { createClosers } from '../../../src/apps/wire/closers.js';
import { openJobQueue } from '../../../src/apps/wire/open-job-queue.js';
import { silentLogger } from '../../../src/core/logger.js';
import { startServer } from '../../apps/http/support/server.js';
import { getJson, postJson } from '../../e2e/support/client.js';
import { administratorUrl } from '../../support/administrator.js';
import { createDataFolder, type DataFolder, query, start } from './support.js';

let folder: DataFolder;

beforeAll(async () => {
  folder = await createDataFolder();
});
afterAll(() => folder.remove());

test('the application is no superuser, and neither runs programs nor reads files through the database', async () => {
  const server = await start(folder.path);
  const asApplication = (sql: string) => query(server.connectionString, sql);
  expect(
    await asApplication(
      `select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
              (select pg_get_userbyid(datdba) from pg_database where datname = current_database()) as owner
       from pg_roles where rolname = current_user`,
    ),
  ).toEqual([
    {
      ...{ rolsuper: false, rolcreatedb: false, rolcreaterole: false },
      ...{ rolreplication: false, rolbypassrls: false, owner: APPLICATION_ROLE },
    },
  ]);
  await asApplication('create table lines (line text)');
  for (const sql of [
    `copy lines to program 'cat'`,
    `copy lines from program 'id'`,
    `copy lines from '/etc/passwd'`,
    `select pg_read_file('/etc/passwd')`,
    `alter system set log_statement = 'all'`,
    `alter role ${APPLICATION_ROLE} superuser`,
    'create role other superuser',
    'create database other',
  ])
    await expect(asApplication(sql), sql).rejects.toThrow(/permission denied|must be/);
  // Nor does it know the superuser's password.
  const asSuperuser = new URL(server.connectionString);
  asSuperuser.username = 'mediaflow';
  await expect(query(asSuperuser.href, 'select 1')).rejects.toThrow('password authentication failed');
  await server.stop();
});

test('a data folder whose database an earlier release made as the superuser is handed over, and goes on', {
  timeout: 120_000,
}, async () => {
  const old = join(folder.root, 'old');
  await makeAsBefore(old);

  const server = await startServer(old);
  const { position } = await postJson<{ position: string }>(`${server.url}/v1/recommendations`, {
    userId: 'ada',
  });
  expect(position).toBeTruthy();
  await postJson(`${server.url}/v1/projections/jobs/rebuild`, {});
  await expect
    .poll(async () => {
      const { items } = await getJson<{ items: { name: string; rebuild: object | null; status: string }[] }>(
        `${server.url}/v1/projections`,
      );
      return items.map(({ status, rebuild }) => (rebuild ? 'rebuilding' : status));
    })
    .not.toContain('rebuilding');
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  expect(server.errors).toEqual([]);
  await server.stop();

  const again = await start(old);
  expect(await query(again.connectionString, 'select text from kept order by id')).toEqual([
    { text: 'before' },
  ]);
  await query(again.connectionString, `insert into kept (text) values ('after'), (shout('after'))`);
  expect(
    await query(
      again.connectionString,
      `select pg_get_userbyid(relowner) as owner, relkind, count(*)::int from pg_class
       where oid >= 16384 and relowner <> (select oid from pg_roles where rolname = current_user) group by 1, 2`,
    ),
  ).toEqual([]);
  await again.stop();
});

/** The steps of an earlier release, which knew the superuser only. */
async function makeAsBefore(dataFolder: string): Promise<void> {
  const server = await start(dataFolder);
  const operator = await administratorUrl(dataFolder, server.connectionString);
  await query(operator, 'drop database mediaflow');
  await query(operator, `drop role ${APPLICATION_ROLE}`);
  await query(operator, 'create database mediaflow');
  const url = await administratorUrl(dataFolder, server.connectionString, 'mediaflow');
  await migrate(url);
  const closers = createClosers(silentLogger);
  await openJobQueue({
    ...{ config: readConfig({ MEDIAFLOW_DATA: dataFolder }), closers, logger: silentLogger },
    storage: { connectionString: url },
  });
  await closers.closeAll();
  await query(
    url,
    `create type mood as enum ('calm', 'loud');
     create domain word as text check (value <> '');
     create table kept (id bigserial primary key, text word, mood mood, number int generated always as identity);
     insert into kept (text) values ('before');
     create view seen as select * from kept;
     create sequence loose;
     create function shout(word) returns word language sql return upper($1)`,
  );
  await server.stop();
}
