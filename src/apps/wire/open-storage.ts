import { startEmbeddedPostgres } from '../../adapters/embedded-postgres/start-embedded-postgres.js';
import { createPostgresCheckpointStore } from '../../adapters/postgres/checkpoint-store.js';
import { readDatabaseIdentity } from '../../adapters/postgres/connection/database-identity.js';
import { createListener } from '../../adapters/postgres/connection/listener.js';
import { openPool } from '../../adapters/postgres/connection/open-pool.js';
import { soon } from '../../adapters/postgres/connection/patience.js';
import { connectsAsSuperuser } from '../../adapters/postgres/connection/superuser.js';
import { createPostgresFrameTopic } from '../../adapters/postgres/frame-topic/frame-topic.js';
import { createLeaseLocker } from '../../adapters/postgres/lease-locker.js';
import { createPostgresPersonalKeys } from '../../adapters/postgres/personal-keys/personal-keys.js';
import { createPostgresProjectionStore } from '../../adapters/postgres/projection-store/projection-store.js';
import { createProjectionStatusReader } from '../../adapters/postgres/projection-store/status.js';
import { createPostgresViewNews } from '../../adapters/postgres/projection-store/view-news.js';
import { createPositionWaiter } from '../../adapters/postgres/projection-store/waiter.js';
import { createPostgresReaders } from '../../adapters/postgres/readers/index.js';
import { openReadDatabase } from '../../adapters/postgres/readers/read-database.js';
import { createPostgresSagaStore } from '../../adapters/postgres/saga-store/saga-store.js';
import { createPostgresUploadLedger } from '../../adapters/postgres/upload-ledger.js';
import { createPostgresUsageLedger } from '../../adapters/postgres/usage-ledger.js';
import { createPostgresViewers } from '../../adapters/postgres/viewers/viewers.js';
import { createPostgresWorkerPresence } from '../../adapters/postgres/worker-presence.js';
import type { Logger } from '../../core/logger.js';
import type { Readers } from '../../core/readers/index.js';
import type { Tracer } from '../../core/tracer.js';
import { eventDefinitions } from '../../domain/index.js';
import { observeReaders } from '../../observing/observe-readers.js';
import type { Observing } from '../../observing/observing.js';
import { createErase } from '../../runtime/erasure/erase.js';
import { createSealedEventStore } from '../../runtime/erasure/sealed-event-store.js';
import { FORGOTTEN_AFTER_SECONDS } from '../../runtime/job/tell-presence.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';
import { once } from './once.js';
import { openEventStore } from './open-event-store.js';
import { seeToSchema } from './see-to-schema.js';

export type Storage = Awaited<ReturnType<typeof openStorage>>;

/** The database with the stores that every role needs; connections are made as they are used. */
export async function openStorage(options: {
  readonly config: Config;
  readonly logger: Logger;
  readonly closers: Closers;
  readonly observing: Observing;
  /** Told what it waits for. */
  waitsFor(step: 'database' | 'schema'): void;
}) {
  const { config, logger, closers, observing, waitsFor } = options;
  waitsFor('database');
  const connectionString = config.databaseUrl ?? (await startDatabase(config, logger, closers));
  const directConnectionString = config.databaseDirectUrl ?? connectionString;
  const isPooled = config.databaseDirectUrl !== undefined;
  waitsFor('schema');
  await seeToSchema({
    connectionString: directConnectionString,
    migratesAtStart: config.migratesAtStart,
    logger,
  });

  const listener = createListener({ connectionString: directConnectionString, logger });
  closers.add('database listener', () => listener.close());
  const onLost = listener.suspect;
  const pool = openPool({ connectionString, isPooled, maximumConnections: 16, logger, onLost });
  closers.add('database connections', () => pool.end());
  const sessions = isPooled
    ? openPool({ connectionString: directConnectionString, maximumConnections: 8, logger, onLost })
    : pool;
  if (isPooled) closers.add('database sessions', () => sessions.end());
  if (config.databaseUrl !== undefined && (await connectsAsSuperuser(pool)))
    logger.warn(
      {},
      'DATABASE_URL names a superuser of its server, who may read files and run programs there: a role that owns the database is enough',
    );

  const { sealedLog, redaction } = await openEventStore({ config, pool, listener, logger, observing });
  const keys = createPostgresPersonalKeys({ pool, listener });
  const viewers = createPostgresViewers({ pool, listener });
  const store = createSealedEventStore({ store: sealedLog, keys, definitions: eventDefinitions });
  closers.add('event store', () => store.close());
  const waiter = createPositionWaiter({ pool, listener, logger, store });
  closers.add('position waiter', async () => waiter.close());

  return {
    connectionString,
    directConnectionString,
    isPooled,
    listener,
    store,
    /** The log as it is kept: for processes, which need nothing personal and so never keep it. */
    sealedLog,
    /** Makes what is personal in a stream unreadable for good. */
    erase: createErase({
      ...{ keys, redaction, definitions: eventDefinitions },
    }),
    viewers,
    waiter,
    viewNews: createPostgresViewNews({ pool, listener, logger }),
    identity: () => readDatabaseIdentity(pool),
    ledger: createPostgresUploadLedger(pool),
    /** Locks that all processes of this database share. */
    locker: createLeaseLocker({ pool, logger }),
    /** Frames that wait to be looked at, where there is no Kafka. */
    frames: createPostgresFrameTopic({ pool, listener, logger }),
    checkpoints: createPostgresCheckpointStore(pool),
    presence: createPostgresWorkerPresence(pool, { forgottenAfterSeconds: FORGOTTEN_AFTER_SECONDS }),
    /** What providers of models are used for. */
    usage: createPostgresUsageLedger(pool),
    sagaStore: createPostgresSagaStore(pool),
    projectionStore: createPostgresProjectionStore({ pool, sessions }),
    projectionStatuses: createProjectionStatusReader({ pool, store }),
    async ping(): Promise<void> {
      await pool.query({ ...soon, text: 'select 1' });
    },
  };
}

/** Who reads the views on which connections, so that nobody waits behind another kind of caller. */
const CALLERS = {
  /** Playing, and one item: small questions, many of them. */
  playback: { maximumConnections: 4 },
  /** Lists for operators, and workers. */
  operators: { maximumConnections: 4 },
  /** Lists for everybody: whatever is made of them, two connections work on it, and on nothing for long. */
  everybody: { maximumConnections: 2, statementTimeoutMilliseconds: 1_000 },
} as const;

/** The readers for each kind of caller, opened by the first who asks. */
export type OpenReaders = Readonly<Record<keyof typeof CALLERS, () => Promise<Readers>>>;

export function createReaders(options: {
  readonly storage: Pick<Storage, 'connectionString' | 'isPooled' | 'listener'>;
  readonly closers: Closers;
  readonly tracer: Tracer;
}): OpenReaders {
  const { storage, closers, tracer } = options;
  const opened = (callers: keyof typeof CALLERS) =>
    once(async () => {
      const { connectionString, isPooled, listener } = storage;
      const database = await openReadDatabase({
        ...{ connectionString, isPooled, onLost: listener.suspect },
        ...CALLERS[callers],
      });
      closers.add(`read models for ${callers}`, () => database.close());
      return observeReaders(createPostgresReaders(database), tracer, { system: 'postgresql' });
    });
  return {
    playback: opened('playback'),
    operators: opened('operators'),
    everybody: opened('everybody'),
  };
}

async function startDatabase(config: Config, logger: Logger, closers: Closers): Promise<string> {
  const server = await startEmbeddedPostgres({ dataFolder: config.dataFolder, logger });
  closers.add('embedded PostgreSQL', () => server.stop());
  return server.connectionString;
}
