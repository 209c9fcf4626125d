import { afterAll, describe } from 'vitest';
import { createPostgresSagaStore } from '../../../../src/adapters/postgres/saga-store/saga-store.js';
import { sagaStoreContract } from '../../../contracts/saga-store.contract.js';
import { createTestDatabase } from '../../../support/database.js';

const database = await createTestDatabase();
afterAll(() => database.drop());

describe('sagas in PostgreSQL', () => {
  sagaStoreContract(async () => createPostgresSagaStore(database.pool));
});
