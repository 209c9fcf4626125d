import { expect, test } from 'vitest';
import { createPostgresEventStore } from '../../../../src/adapters/postgres/event-store/event-store.js';
import { eventStoreContract } from '../../../contracts/event-store.contract.js';
import { newStream, sampleEvent } from '../../../contracts/event-store-samples.js';
import { createTestDatabase } from '../../../support/database.js';

eventStoreContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  return {
    open: async () => createPostgresEventStore({ pool: database.pool, listener: database.listener }),
    stop: () => database.drop(),
  };
});

test('readers who wait at the same place share what they read, so that many of them do not keep appends waiting', async () => {
  const READERS = 100;
  const database = await createTestDatabase();
  let reads = 0;
  const pool = new Proxy(database.pool, {
    get(target, name, receiver) {
      if (name === 'query') reads++;
      return Reflect.get(target, name, receiver);
    },
  });
  const store = createPostgresEventStore({ pool, listener: database.listener });
  const ended = new AbortController();
  const { position } = await store.append(newStream(), [sampleEvent()], 'no-stream');
  const pages = Array.from({ length: READERS }, () =>
    store.subscribeAll({ after: position, signal: ended.signal })[Symbol.asyncIterator](),
  );
  for (let round = 0; round < 3; round++) {
    const next = pages.map((each) => each.next());
    const { position: appended } = await store.append(newStream(), [sampleEvent()], 'no-stream');
    for (const page of await Promise.all(next)) expect(page.value?.position).toBe(appended);
  }
  // Polls while waiting are reads too, and how many there are depends on the machine.
  expect(reads).toBeLessThan(READERS);
  ended.abort();
  await store.close();
  await database.drop();
});
