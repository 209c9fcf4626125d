import { afterEach, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.js';
import { findFreePort } from '../../../src/adapters/embedded-postgres/free-port.js';
import { QUEUE_SCHEMA_VERSION } from '../../../src/adapters/pg-boss/schema-version.js';
import { migrate } from '../../../src/adapters/postgres/connection/migrate.js';
import { readSchemaStanding } from '../../../src/adapters/postgres/connection/schema-standing.js';
import { seeToSchema } from '../../../src/apps/wire/see-to-schema.js';
import { silentLogger } from '../../../src/core/logger.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, temporaryFolder } from '../http/support/server.js';
import { startCli } from './support/run-cli.js';

const known = migrations.map(({ name }) => name);
let database: TestDatabase;
afterEach(() => database?.drop());

const migrateBy = async (url: string) => {
  const { exitCode, stdout, stderr } = await startCli(['migrate', '--json'], { DATABASE_URL: url }).done;
  return { exitCode, stderr, told: stdout === '' ? undefined : JSON.parse(stdout) };
};

test('of processes that migrate an empty database at once one does it, the others wait, and later there is nothing to do', async () => {
  database = await createTestDatabase({ isMigrated: false });
  expect(await readSchemaStanding(database.url)).toEqual({ missing: known, unknown: [], queueVersion: 0 });
  const three = await Promise.all([1, 2, 3].map(() => migrate(database.url)));
  expect(three.toSorted((one, other) => one.length - other.length)).toEqual([[], [], known]);
  expect(await migrateBy(database.url)).toEqual({ exitCode: 0, stderr: '', told: { migrations: [] } });
  expect(await readSchemaStanding(database.url)).toEqual({
    ...{ missing: [], unknown: [], queueVersion: QUEUE_SCHEMA_VERSION },
  });
});

test('a process that does not migrate at its start waits for the command, says so, and goes on', async () => {
  database = await createTestDatabase({ isMigrated: false });
  const folder = temporaryFolder();
  const port = await findFreePort();
  let isStarted = false;
  const starting = startServer(`${folder.path}/data`, {
    ...{ PORT: `${port}`, DATABASE_URL: database.url, MEDIAFLOW_MIGRATE_AT_START: 'false' },
  }).finally(() => {
    isStarted = true;
  });
  const ready = async (): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}/health/ready`)).json();
  await expect
    .poll(() => ready().catch(() => undefined), { timeout: 20_000 })
    .toEqual({ status: 'starting', waitsFor: 'schema' });
  expect((await readSchemaStanding(database.url)).missing).toEqual(known);
  expect(isStarted).toBe(false);
  expect(await migrateBy(database.url)).toMatchObject({ exitCode: 0, told: { migrations: known } });
  const server = await starting;
  expect(await ready()).toMatchObject({ status: 'ready' });
  await server.stop();
  // As the next release may leave it.
  await database.pool.query('update pgboss.version set version = version + 1');
  const again = await startServer(`${folder.path}/data`, {
    ...{ DATABASE_URL: database.url, MEDIAFLOW_MIGRATE_AT_START: 'false' },
  });
  await again.stop();
  folder.remove();
});

test('a schema of a newer release is told, once at the start, and nothing is changed', async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `insert into migrations (timestamp, name) values (1999999999999, 'OfTheNextRelease1999999999999')`,
  );
  const told: object[] = [];
  const logger = { ...silentLogger, warn: (fields: object) => void told.push(fields) };
  await seeToSchema({ connectionString: database.url, migratesAtStart: true, logger });
  expect(told).toEqual([{ migrations: ['OfTheNextRelease1999999999999'] }]);
});

test('the command needs a database of its own that can be reached', async () => {
  database = await createTestDatabase();
  const without = await startCli(['migrate', '--json'], {}).done;
  expect([without.exitCode, JSON.parse(without.stderr).error.code]).toEqual([2, 'usage']);
  const nowhere = await migrateBy(`postgres://nobody:nothing@127.0.0.1:${await findFreePort()}/nothing`);
  expect([nowhere.exitCode, JSON.parse(nowhere.stderr).error.code]).toEqual([3, 'database_unavailable']);
});
