import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createPostgresProjectionStore } from '../../../src/adapters/postgres/projection-store.js';
import { createPositionWaiter } from '../../../src/adapters/postgres/projection-store-waiter.js';
import { silentLogger } from '../../../src/core/logger.js';
import { runProjector } from '../../../src/runtime/projector.js';
import { createTestDatabase } from '../../support/database.js';
import {
  createSampleTables,
  decodeSample,
  rowsChanged,
  sampleEvent,
  sampleProjection,
} from '../../support/sample-projection.js';

const database = await createTestDatabase();
const waiter = createPositionWaiter({
  pool: database.pool,
  connectionString: database.url,
  logger: silentLogger,
});
afterAll(async () => {
  await waiter.close();
  await database.drop();
});

describe('a projector', () => {
  beforeAll(() => createSampleTables(database.pool));
  const stopping = new AbortController();
  afterEach(() => stopping.abort());

  test('shows an appended event in its view, and passes events that are none of its business', async () => {
    const store = createMemoryEventStore();
    const { done } = runProjector({
      store,
      projections: [sampleProjection()],
      projectionStore: createPostgresProjectionStore({ pool: database.pool }),
      decode: decodeSample,
      logger: silentLogger,
      signal: stopping.signal,
    });
    await store.append(
      'a',
      [rowsChanged({ put: 'sample_items', key: { id: 'a' }, row: { title: 'First' } })],
      'any',
    );
    const { position } = await store.append('a', [sampleEvent('SomethingElse')], 'any');
    await waiter.waitFor(['sample'], position);
    const { rows } = await database.pool.query('select id, title, state, plays from sample_items');
    expect(rows).toEqual([{ id: 'a', title: 'First', state: 'new', plays: '0' }]);
    stopping.abort();
    await done;
  });
});
