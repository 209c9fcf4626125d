import pg from 'pg';
import { createListener } from '../../../../../src/adapters/postgres/connection/listener.js';
import { createPostgresEventStore } from '../../../../../src/adapters/postgres/event-store/event-store.js';
import { silentLogger } from '../../../../../src/core/logger.js';
import { type CuttingProxy, createCuttingProxy } from '../../../../support/cutting-proxy.js';
import type { Stage } from '../../../../support/event-store-model/play-scenario.js';
import { disturb } from './disturb.js';
import type { Disturbance } from './disturbances.js';

/** A database that several processes write to over a way that can break. */
export async function createStage(
  databaseUrl: string,
): Promise<Stage<Disturbance> & { close(): Promise<void> }> {
  const proxy = await createCuttingProxy(databaseUrl);
  const admin = new pg.Pool({ connectionString: databaseUrl, max: 3 });
  admin.on('error', () => {});
  return {
    openProcess: () => openProcess(proxy),
    disturb: (what) => disturb(what, admin, proxy),
    async openWitness() {
      const listener = createListener({ connectionString: databaseUrl, logger: silentLogger });
      const store = createPostgresEventStore({ pool: admin, listener });
      return {
        store,
        async close() {
          await store.close();
          await listener.close();
        },
      };
    },
    async close() {
      await admin.end();
      await proxy.close();
    },
  };
}

function openProcess(proxy: CuttingProxy) {
  const pool = new pg.Pool({ connectionString: proxy.url, max: 3 });
  pool.on('error', () => {});
  const listener = createListener({ connectionString: proxy.url, logger: silentLogger });
  const store = createPostgresEventStore({
    pool,
    listener,
    pollIntervalMilliseconds: 100,
    readIntervalMilliseconds: 1,
  });
  return {
    store,
    async close() {
      await store.close();
      await listener.close();
      await pool.end();
    },
  };
}
