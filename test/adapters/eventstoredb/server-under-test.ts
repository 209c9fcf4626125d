import { createEventStoreDbEventStore } from '../../../src/adapters/eventstoredb/event-store.js';
import type { EventStoreUnderTest } from '../../contracts/event-store.contract.js';
import { createCuttingProxy } from '../../support/cutting-proxy.js';
import { startEventStoreDb } from '../../support/eventstoredb/start-server.js';

/** The server that `EVENTSTOREDB_URL` names; without it one that speaks its protocol. */
export async function startServerUnderTest(): Promise<EventStoreUnderTest> {
  const given = process.env.EVENTSTOREDB_URL;
  if (given) return underTest(given, async () => {});
  // What it remembers is forgotten between two appends of a test, and its own events come in between.
  const server = await startEventStoreDb({ remembersEvents: 3, systemEventEvery: 7 });
  return underTest(server.url, () => server.stop());
}

async function underTest(url: string, stop: () => Promise<void>): Promise<EventStoreUnderTest> {
  // Names in certificates and members of clusters would lead past it.
  const proxy = isPlainNode(url) ? await createCuttingProxy(url) : undefined;
  return {
    open: async () => createEventStoreDbEventStore({ connectionString: proxy?.url ?? url }),
    async cutConnections() {
      proxy?.cut();
      proxy?.restore();
    },
    async stop() {
      await proxy?.close();
      await stop();
    },
  };
}

const isPlainNode = (url: string): boolean => /^esdb:\/\/[^,?]+\?(.*&)?tls=false\b/.test(url);
