import type { Pool } from 'pg';
import type { Listener } from '../../adapters/postgres/connection/listener.js';
import { createPostgresEventStore } from '../../adapters/postgres/event-store/event-store.js';
import { createPostgresEventRedaction } from '../../adapters/postgres/event-store/redaction.js';
import { readKeptPositions } from '../../adapters/postgres/kept-positions.js';
import { conflict } from '../../core/errors.js';
import type { EventRedaction } from '../../core/event-redaction.js';
import type { EventStore, GroupCommit } from '../../core/event-store.js';
import type { Logger } from '../../core/logger.js';
import { isNumbered } from '../../core/numbered-position.js';
import type { Position } from '../../core/position.js';
import { createAppendObserver } from '../../observing/observe-appends.js';
import { observeMedia } from '../../observing/observe-media.js';
import type { Observing } from '../../observing/observing.js';
import type { Config } from '../config.js';
import { findMediaFacts } from './find-media-facts.js';

interface OpenedEventStore {
  /** The log as it is kept. */
  readonly sealedLog: EventStore;
  readonly redaction: EventRedaction;
  /** Whether a position can be one of this store, by its form. */
  isOurs(position: Position): boolean;
}

interface EventStoreOptions {
  readonly config: Pick<Config, 'eventStoreDbUrl'>;
  /** The database of the views, which may hold the log too. */
  readonly pool: Pool;
  readonly listener: Listener;
  readonly logger: Logger;
  readonly observing: Observing;
}

/**
 * The store of the log that the configuration names. Throws conflict `event_store_changed` where the views and processes of the
 * database have come from another one: its positions say nothing here.
 */
export async function openEventStore(options: EventStoreOptions): Promise<OpenedEventStore> {
  const { eventStoreDbUrl } = options.config;
  const opened =
    eventStoreDbUrl === undefined ? openPostgres(options) : await openEventStoreDb(eventStoreDbUrl, options);
  const kept = await readKeptPositions(options.pool);
  if (kept.every(opened.isOurs)) return opened;
  await opened.sealedLog.close();
  throw conflict(
    'event_store_changed',
    'The views and processes in the database have followed another event log than the one that is configured',
  );
}

function openPostgres({ pool, listener, logger, observing }: EventStoreOptions): OpenedEventStore {
  const sealedLog = observed(observing, 'postgresql', (onCommitted) =>
    createPostgresEventStore({ pool, listener, logger, onCommitted }),
  );
  return { sealedLog, redaction: createPostgresEventRedaction(pool), isOurs: isNumbered };
}

async function openEventStoreDb(
  connectionString: string,
  { logger, observing }: EventStoreOptions,
): Promise<OpenedEventStore> {
  // Its client is loaded by those who use it.
  const { createEventStoreDbEventStore } = await import('../../adapters/eventstoredb/event-store.js');
  const { createEventStoreDbRedaction } = await import('../../adapters/eventstoredb/redaction.js');
  const { isOurs } = await import('../../adapters/eventstoredb/position.js');
  const sealedLog = observed(observing, 'eventstoredb', (onCommitted) =>
    createEventStoreDbEventStore({ connectionString, logger, onCommitted }),
  );
  return { sealedLog, redaction: createEventStoreDbRedaction(sealedLog), isOurs };
}

/** A store whose appends are told as they are, and as what becomes of items. */
function observed(
  observing: Observing,
  system: string,
  open: (onCommitted: (commit: GroupCommit) => void) => EventStore,
): EventStore {
  const appends = createAppendObserver(observing, { system });
  const tellMedia = observeMedia(
    observing.metrics,
    findMediaFacts(() => store),
  );
  const store = open((commit) => {
    appends.committed(commit);
    tellMedia(commit);
  });
  return appends.observe(store);
}
