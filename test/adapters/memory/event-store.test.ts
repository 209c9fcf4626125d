import { expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createMemoryLog, type MemoryEngine } from '../../../src/adapters/memory/memory-log.js';
import { eventStoreContract } from '../../contracts/event-store.contract.js';
import { newStream, sampleEvents } from '../../contracts/event-store-samples.js';

const startedAs = (engine: Partial<MemoryEngine>) => async () => {
  const log = createMemoryLog(engine);
  return {
    open: async () => createMemoryEventStore(log),
    cutConnections: async () => {},
    stop: async () => {},
  };
};

/** As EventStoreDB is: its idempotency is a cache, it takes a mebibyte at once, and its log holds events of the system. */
const likeEventStoreDb: Partial<MemoryEngine> = {
  appendLimits: { events: 500, dataBytes: 1_000_000, appendBytes: 1_048_576 },
  remembers: 0,
  systemRecords: 2,
};

eventStoreContract('memory', { idempotency: 'by-event-id' }, startedAs({}));
eventStoreContract('memory like EventStoreDB', { idempotency: 'by-revision' }, startedAs(likeEventStoreDb));

test('what a forgetful store has forgotten it stores again for a writer who expects nothing', async () => {
  const store = createMemoryEventStore(createMemoryLog({ remembers: 2 }));
  const stream = newStream();
  const events = sampleEvents(2);
  await store.append(stream, events, 'any');
  await store.append(stream, events, 'any');
  expect(await store.readStream(stream)).toHaveLength(2);
  await store.append(newStream(), sampleEvents(2), 'any');
  await store.append(stream, events, 'any');
  expect(await store.readStream(stream)).toHaveLength(4);
});
