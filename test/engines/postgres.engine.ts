import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it('a test file gets a migrated database of its own', async () => {
  const { rows } = await database.pool.query(
    "select count(*)::int as tables from pg_tables where tablename = 'events'",
  );
  expect(rows).toEqual([{ tables: 1 }]);
});
