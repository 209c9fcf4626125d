import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type OpenReadDatabase,
  openReadDatabase,
} from '../../../../src/adapters/postgres/readers/read-database.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';

let home: TestDatabase;
let database: OpenReadDatabase;

beforeAll(async () => {
  home = await createTestDatabase();
  database = await openReadDatabase({ connectionString: home.url, maximumConnections: 1 });
});
afterAll(async () => {
  await database.close();
  await home.drop();
});

const preparedStatements = async (on = database) =>
  (await on.query<{ name: string }>('select name from pg_prepared_statements')).length;

test('a text asked again is prepared once', async () => {
  const ask = () => database.query('select $1::integer + 1 as sum', [1]);
  expect(await ask()).toEqual([{ sum: 2 }]);
  const before = await preparedStatements();
  expect(await ask()).toEqual([{ sum: 2 }]);
  expect(await preparedStatements()).toBe(before);
});

test('a table replaced by one with other types is read as it is now', async () => {
  await home.pool.query('create table shown (id text, amount integer); insert into shown values ($$a$$, 1)');
  const ask = () => database.query('select amount from shown where id = $1', ['a']);
  expect(await ask()).toEqual([{ amount: 1 }]);
  await home.pool.query(`
    create table fresh (id text, amount text); insert into fresh values ('a', 'many');
    begin; alter table shown rename to old; alter table fresh rename to shown; commit; drop table old`);
  expect(await ask()).toEqual([{ amount: 'many' }]);
  expect(await ask()).toEqual([{ amount: 'many' }]);
});

test('texts without end do not fill the memory of a connection', async () => {
  // The one of the other tests was replaced together with its plans, when one of them was outdated.
  const fresh = await openReadDatabase({ connectionString: home.url, maximumConnections: 1 });
  for (let number = 0; number < 250; number++)
    expect(await fresh.query(`select ${number} as number`)).toEqual([{ number }]);
  expect(await preparedStatements(fresh)).toBe(200);
  await fresh.close();
});

test('a statement that is wrong tells why', async () => {
  await expect(database.query('select nothing from nowhere')).rejects.toThrow(
    'relation "nowhere" does not exist',
  );
});
