// Relays in a process of its own, to be killed and paused. Arguments: database, brokers, prefix. Prints `{"isActive":…}` as it changes.
import pg from 'pg';
import { createKafkaEventPublisher } from '../../../src/adapters/kafka/publisher/event-publisher.js';
import { createPostgresCheckpointStore } from '../../../src/adapters/postgres/checkpoint-store.js';
import { createListener } from '../../../src/adapters/postgres/connection/listener.js';
import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store/event-store.js';
import { silentLogger } from '../../../src/core/logger.js';
import { createRelay } from '../../../src/feed/relay.js';
import { systemClock } from '../../../src/runtime/clock.js';
import { followLog } from '../../../src/runtime/following/follow-log.js';

const [connectionString = '', broker = '', prefix = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 4 });
pool.on('error', () => {});
const listener = createListener({ connectionString, logger: silentLogger });
const running = followLog(
  createRelay({
    publisher: createKafkaEventPublisher({
      ...{ settings: { brokers: [broker], clientId: 'relay' }, prefix, logger: silentLogger },
    }),
    installation: prefix,
    tell: async (events) => events,
  }),
  {
    store: createPostgresEventStore({ pool, listener }),
    checkpoints: createPostgresCheckpointStore(pool),
    ...{ clock: systemClock, logger: silentLogger, signal: new AbortController().signal },
    // Small ones, so that there is always one under way.
    pageEvents: 50,
  },
);
let said: boolean | undefined;
setInterval(async () => {
  const status = await running.status().catch(() => undefined);
  if (!status || status.isActive === said) return;
  said = status.isActive;
  process.stdout.write(`${JSON.stringify({ isActive: said })}\n`);
}, 50);
