import { afterAll, beforeAll } from 'vitest';
import { createPostgresUsageLedger } from '../../../src/adapters/postgres/usage-ledger.js';
import { describeUsageLedger } from '../../contracts/usage-ledger.contract.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describeUsageLedger('PostgreSQL', async () => {
  await database.pool.query('truncate inference_usage, inference_allowance');
  return createPostgresUsageLedger(database.pool);
});
