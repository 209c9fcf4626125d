import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from './support/database.js';

const database = await createTestDatabase();
afterAll(() => database.drop());

test('a test file gets a database of its own on a real server', async () => {
  const { rows } = await database.pool.query('select current_database() as name');
  expect(rows[0].name).toMatch(/^test_/);
});
