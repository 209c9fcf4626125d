import { invalid, isPassing, messageOf, unavailable } from '../../core/errors.js';
import type { AppendLimits, EventStore, GroupCommit } from '../../core/event-store.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import { isAfter } from '../../core/position.js';
import { prepareAppend } from '../../core/prepare-append.js';
import { createTurns } from '../../core/turns.js';
import { type Appended, createAppends } from './append.js';
import { createConnection } from './connection.js';
import { isInvalidPosition, told } from './failures.js';
import { createHeadWatch } from './head-watch.js';
import { nothingIncoming, openIncoming } from './incoming.js';
import { createLanes } from './lanes.js';
import { createReads } from './read.js';
import { subscribe } from './subscribe.js';

export interface EventStoreDbOptions {
  /** `esdb://…` for a node or several, `esdb+discover://…` for a name of all, with credentials and `tls`. */
  readonly connectionString: string;
  readonly logger?: Logger;
  /** How often a subscription that waits asks how far the log reaches (default 500). */
  readonly pollIntervalMilliseconds?: number;
  /** How long an append outlasts an engine that is away before it fails (default 10 000). */
  readonly giveUpAfterMilliseconds?: number;
  /** Hears of every append that was answered, and what it wrote. Must not throw. */
  readonly onCommitted?: (commit: GroupCommit) => void;
}

/**
 * EventStoreDB takes a mebibyte at once unless it is set up otherwise, by its own measure: the names of types count
 * twice. Below these limits there is room for them.
 */
const appendLimits: AppendLimits = { events: 500, dataBytes: 900_000, appendBytes: 1_000_000 };

// Of the hundred streams that a server takes a connection.
const MOST_CALLS = 48;
const MOST_SUBSCRIPTIONS = 40;
const MOST_WAITING_APPENDS = 10_000;

/** The event store on EventStoreDB, or KurrentDB, from 22.6 on: of a server or cluster that other applications may use too. */
export function createEventStoreDbEventStore(options: EventStoreDbOptions): EventStore {
  const { logger = silentLogger, connectionString } = options;
  const closing = new AbortController();
  const connection = createConnection({ connectionString, logger });
  const lanes = createLanes(MOST_CALLS);
  const reads = createReads(connection, lanes);
  const watch = createHeadWatch({
    readHead: reads.head,
    pollIntervalMilliseconds: options.pollIntervalMilliseconds ?? 500,
    onFailure: (error) =>
      logger.warn({ error: messageOf(error) }, 'Could not ask for the end of the event log'),
  });
  const appends = createAppends({
    ...{ connection, lanes, reads },
    giveUpAfterMilliseconds: options.giveUpAfterMilliseconds ?? 10_000,
  });
  const inTurn = createTurns();
  const underWay = new Set<Promise<Appended>>();
  let subscriptions = 0;

  return {
    appendLimits,
    idempotency: 'by-revision',

    async append(stream, events, expectedRevision) {
      const append = prepareAppend(stream, events, expectedRevision, appendLimits);
      if (closing.signal.aborted) throw unavailable('event_store_closed', 'The event store is closed');
      if (underWay.size >= MOST_WAITING_APPENDS)
        throw unavailable('event_store_overloaded', 'Too many appends are waiting');
      const startedAt = performance.now();
      const before = watch.head();
      const isAnywhere = expectedRevision === 'any' || expectedRevision === 'stream-exists';
      const appending = isAnywhere
        ? // One after another, in the order they came: side by side they would only find each other in their way.
          inTurn(stream, () => appends.appendAtEnd(append))
        : appends.appendAt(append);
      underWay.add(appending);
      try {
        const { result, isRepeat } = await appending;
        watch.saw(result.position);
        // The engine itself takes what it remembers for written.
        const isWritten = !isRepeat && isAfter(result.position, before);
        options.onCommitted?.({ startedAt, appends: [{ stream, traceparent: null, events, isWritten }] });
        return result;
      } finally {
        underWay.delete(appending);
      }
    },

    readStream: reads.stream,
    readStreamAfter: reads.streamAfter,
    readAll: reads.all,
    eventAt: reads.at,
    head: reads.head,

    subscribeAll: ({ after, filter, limit = 500, signal }) =>
      subscribe(
        {
          watch,
          reads,
          open(request) {
            if (subscriptions >= MOST_SUBSCRIPTIONS) return nothingIncoming;
            subscriptions++;
            const client = connection.client();
            const incoming = openIncoming(client, request);
            return {
              ...incoming,
              close() {
                subscriptions--;
                incoming.close();
                const ended = incoming.ended();
                if (ended && !closing.signal.aborted) connection.failed(client, ended.error);
              },
            };
          },
          lost(error) {
            if (isInvalidPosition(error))
              throw invalid('invalid_position', 'This is not a position in the event log');
            const failure = told(error);
            if (!isPassing(failure)) throw failure;
          },
        },
        { after, filter, limit, signal: AbortSignal.any([signal, closing.signal]) },
      ),

    async close() {
      closing.abort();
      await Promise.allSettled(underWay);
      watch.close();
      await connection.close();
    },
  };
}
