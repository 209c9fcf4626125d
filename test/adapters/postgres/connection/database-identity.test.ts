import { afterAll, expect, test } from 'vitest';
import { readDatabaseIdentity } from '../../../../src/adapters/postgres/connection/database-identity.js';
import { createTestDatabase } from '../../../support/database.js';

const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
afterAll(() => Promise.all([one.drop(), other.drop()]));

test('a database is told from others of its server, by whoever may use it, and is the same whenever it is asked', async () => {
  const identity = await readDatabaseIdentity(one.pool);
  expect(identity).toMatch(/^\d+-\d+-\d+$/);
  expect(await readDatabaseIdentity(one.pool)).toBe(identity);
  expect(await readDatabaseIdentity(other.pool)).not.toBe(identity);
});
