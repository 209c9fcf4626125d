import type { Pool } from 'pg';
import type { StoredEvent } from '../../../core/event.js';
import type { AllPage, AppendLimits, EventStore, GroupCommit } from '../../../core/event-store.js';
import { type Logger, silentLogger } from '../../../core/logger.js';
import { placeOf, placesBetween } from '../../../core/numbered-position.js';
import { prepareAppend } from '../../../core/prepare-append.js';
import { shareInFlight } from '../../../core/share-in-flight.js';
import type { Listener } from '../connection/listener.js';
import { createAppendQueue } from './append-queue.js';
import { gather } from './gather.js';
import { createHeadWatch } from './head-watch.js';
import { readAll, readEvent, readHead, readStream } from './read.js';
import { readStreams, type StreamRead } from './read-streams.js';
import { type PageRequest, subscribe } from './subscribe.js';
import { writeBatch } from './write-batch.js';

export interface PostgresEventStoreOptions {
  /** Appends take one connection of it at a time, reads one each. The store does not end it. */
  readonly pool: Pool;
  /** Hears of news from the first subscription that waits on. The store does not close it. */
  readonly listener: Listener;
  readonly logger?: Logger;
  /** How often a waiting subscription asks for news when nothing tells it (default 500). */
  readonly pollIntervalMilliseconds?: number;
  /** The shortest time between two reads of a subscription that has caught up (default 10). */
  readonly readIntervalMilliseconds?: number;
  /** How long an append outlasts a database that is away before it fails (default 10 000). */
  readonly giveUpAfterMilliseconds?: number;
  /** Told of every group commit. */
  readonly onCommitted?: ((commit: GroupCommit) => void) | undefined;
  /** Appends that may wait for their batch before more are refused (default 10 000). */
  readonly maximumQueued?: number;
}

const appendLimits: AppendLimits = { events: 1_000, dataBytes: 1_048_576, appendBytes: 16_777_216 };

const STREAMS_AT_ONCE = 100;

/** The event store on PostgreSQL: one group-committed log per database, shared by any number of processes. */
export function createPostgresEventStore(options: PostgresEventStoreOptions): EventStore {
  const { pool } = options;
  const closing = new AbortController();
  const watch = createHeadWatch({
    listener: options.listener,
    pollIntervalMilliseconds: options.pollIntervalMilliseconds ?? 500,
    logger: options.logger ?? silentLogger,
    readHead: () => readHead(pool),
  });
  const queue = createAppendQueue({
    write: (batch) => writeBatch(pool, batch, options.giveUpAfterMilliseconds ?? 10_000),
    onWritten: watch.sawWritten,
    onCommitted: options.onCommitted,
    maximumBatchEvents: 1_000,
    maximumBatchBytes: 4_194_304,
    maximumQueued: options.maximumQueued ?? 10_000,
  });

  // All who wait at the end of the log wake at the same news. A read begun before it may not hold it, so the key says
  // how far the log was known to reach.
  const readShared = shareInFlight<PageRequest, AllPage>(
    ({ after, filter, limit }) => JSON.stringify([watch.head(), after, filter?.types ?? null, limit]),
    (page) => readAll(pool, page),
  );

  const readTogether = gather<StreamRead, StoredEvent[] | undefined>(
    (reads) => readStreams(pool, reads),
    STREAMS_AT_ONCE,
  );

  /** Near the end of the log, all types are read in one go and by all readers together. */
  async function readPage({ after, filter, limit }: PageRequest): Promise<AllPage> {
    const eventsLeft = placeOf(watch.head()) - placeOf(after);
    if (!filter?.types || eventsLeft < 0 || eventsLeft > limit)
      return readShared({ after, limit, ...(filter && { filter }) });
    const { events, position } = await readShared({ after, limit });
    const wanted = new Set(filter.types);
    return { events: events.filter(({ type }) => wanted.has(type)), position };
  }

  return {
    appendLimits,
    idempotency: 'by-event-id',
    append: async (stream, events, expectedRevision) =>
      queue.add(prepareAppend(stream, events, expectedRevision, appendLimits)),
    readStream: async (stream, range) =>
      range ? readStream(pool, stream, range) : ((await readTogether({ stream })) ?? []),
    readStreamAfter: (stream, last) => readTogether({ stream, last }),
    readAll: (request) => readAll(pool, request),
    subscribeAll: (request) =>
      subscribe(
        {
          watch,
          readIntervalMilliseconds: options.readIntervalMilliseconds ?? 10,
          readPage,
        },
        { ...request, signal: AbortSignal.any([request.signal, closing.signal]) },
      ),
    eventAt: (position) => readEvent(pool, position),
    head: () => readHead(pool),
    eventsBetween: placesBetween,
    async close() {
      await queue.close();
      closing.abort();
      watch.close();
    },
  };
}
