import pg from 'pg';
import { expect, test } from 'vitest';
import { createPostgresCheckpointStore } from '../../../src/adapters/postgres/checkpoint-store.js';
import { checkpointStoreContract } from '../../contracts/checkpoint-store.contract.js';
import { createTestDatabase } from '../../support/database.js';

checkpointStoreContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  return { open: () => createPostgresCheckpointStore(database.pool), stop: () => database.drop() };
});

test('a database that cannot be reached is told as something to wait for', async () => {
  const store = createPostgresCheckpointStore(new pg.Pool({ host: '127.0.0.1', port: 1 }));
  const unavailable = { kind: 'unavailable', code: 'checkpoint_store_unavailable' };
  await expect(store.load('relay')).rejects.toMatchObject(unavailable);
  const checkpoint = { name: 'relay', version: 0, position: '' };
  await expect(store.save(checkpoint)).rejects.toMatchObject(unavailable);
});
