import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  START as LOG_START,
  type ResolvedEvent,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { invalid, isPassing, MediaFlowError } from '../../core/errors.js';
import type { StoredEvent } from '../../core/event.js';
import type { AllFilter, AllPage } from '../../core/event-store.js';
import { isAfter, type Position, START } from '../../core/position.js';
import { shareInFlight } from '../../core/share-in-flight.js';
import type { Connection } from './connection.js';
import { isInvalidPosition, LostConnectionError } from './failures.js';
import type { Lanes } from './lanes.js';
import { halvesOf } from './position.js';
import { placeOf, storedEvent } from './recorded-events.js';

const FIRST_PAUSE_MILLISECONDS = 10;
const GIVE_UP_AFTER_MILLISECONDS = 2_500;
/** Between two events of a read. */
const SILENCE_MILLISECONDS = 4_000;
/** Of the whole log, at a time. */
const CHUNK_EVENTS = 1_000;

/** A stretch of the log with all that is in it, looked through for events that are wanted. */
export interface Stretch extends AllPage {
  /** Whether the log ended there. */
  readonly isEnd: boolean;
}

export interface Reads {
  stream(name: string, range?: { fromRevision?: number; limit?: number }): Promise<StoredEvent[]>;
  /** What follows an event that was read before; undefined where another one is in its place. */
  streamAfter(
    name: string,
    last: Pick<StoredEvent, 'eventId' | 'revision'>,
  ): Promise<StoredEvent[] | undefined>;
  /** The last events of a stream, the newest first. */
  endOfStream(name: string, limit: number): Promise<StoredEvent[]>;
  all(request: { after: Position; filter?: AllFilter; limit: number }): Promise<AllPage>;
  /** What comes next in the log, so many records of whatever kind. */
  stretch(request: {
    readonly after: Position;
    readonly filter: AllFilter | undefined;
    readonly records: number;
    /** The log is known to reach so far. */
    readonly known: Position;
  }): Promise<Stretch>;
  at(position: Position): Promise<StoredEvent | undefined>;
  head(): Promise<Position>;
}

/** Reads of the node that leads: others may not have yet what was acknowledged. */
export function createReads(connection: Connection, lanes: Lanes): Reads {
  /** Again for a while: what was cut off, or asked of a node that does not lead any more, succeeds at once most times. */
  async function ask<Result>(work: (client: EventStoreDBClient) => Promise<Result>): Promise<Result> {
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MILLISECONDS;
    for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause *= 2) {
      try {
        return await lanes.run(() => connection.call((client) => wholly(client, work)));
      } catch (error) {
        if (!isPassing(error) || performance.now() + pause > giveUpAt) throw error;
        await sleep(pause);
      }
    }
  }

  /** A read that is given up with its connection seems to have come to its end, wherever it was: the client keeps the error to itself. */
  async function wholly<Result>(
    client: EventStoreDBClient,
    work: (client: EventStoreDBClient) => Promise<Result>,
  ): Promise<Result> {
    const result = await work(client);
    if (connection.isGivenUp(client)) throw new LostConnectionError('The read was cut off');
    return result;
  }

  async function readStream(
    name: string,
    options: {
      fromRevision: bigint | typeof END;
      maxCount?: number;
      direction: typeof FORWARDS | typeof BACKWARDS;
    },
  ): Promise<StoredEvent[]> {
    const events = await ask(async (client) => {
      try {
        return await received<ResolvedEvent>(client.readStream(name, { ...options, requiresLeader: true }));
      } catch (error) {
        if (error instanceof StreamNotFoundError) return [];
        throw error;
      }
    });
    return events.flatMap(({ event }) => storedEvent(event) ?? []);
  }

  const readAll = (
    fromPosition: NonNullable<Parameters<EventStoreDBClient['readAll']>[0]>['fromPosition'] & {},
    maxCount: number,
    direction: typeof FORWARDS | typeof BACKWARDS,
  ) =>
    ask((client) =>
      received<AllStreamResolvedEvent>(
        client.readAll({ fromPosition, maxCount, direction, requiresLeader: true }),
      ),
    );

  async function head(): Promise<Position> {
    const [last] = await readAll(END, 1, BACKWARDS);
    return last?.event ? placeOf(last.event) : START;
  }

  /** Of a position that the log does not hold, the server says so, or nothing at all where the log ends before it. */
  async function from(position: Position, maxCount: number): Promise<AllStreamResolvedEvent[]> {
    if (position === START) return readAll(LOG_START, maxCount, FORWARDS);
    const halves = halvesOf(position);
    try {
      return await readAll(halves, maxCount, FORWARDS);
    } catch (error) {
      if (isPassing(error)) throw error;
      // What servers say of a place where the log has ended by then is not the same in all of them.
      if (isAfter(position, await head())) return [];
      if (!isRefusedPosition(error)) throw error;
      throw invalid('invalid_position', 'This is not a position in the event log');
    }
  }

  /** Subscriptions that wait at the same place read what came there together. */
  const recordsAfter = shareInFlight(
    ({ after, records, known }: { after: Position; records: number; known: Position }) =>
      // A read that was begun before the log was known to reach so far may not hold it.
      `${after} ${records} ${known}`,
    async ({ after, records }) => {
      // A read begins with what stands at the position, where there is something.
      const found = await from(after, records + 1);
      return {
        records: found.flatMap(({ event }) => {
          const position = event ? placeOf(event) : START;
          return isAfter(position, after) ? [{ position, event: storedEvent(event) }] : [];
        }),
        isEnd: found.length <= records,
      };
    },
  );

  async function stretch(request: Parameters<Reads['stretch']>[0]): Promise<Stretch> {
    const { after, filter, records, known } = request;
    const found = await recordsAfter({ after, records, known });
    const types = filter?.types && new Set(filter.types);
    const events = found.records.flatMap(({ event }) =>
      event && (!types || types.has(event.type)) ? [event] : [],
    );
    return { events, position: found.records.at(-1)?.position ?? after, isEnd: found.isEnd };
  }

  return {
    head,
    stretch,
    async stream(name, { fromRevision = 0, limit } = {}) {
      if (limit !== undefined) checkLimit(limit);
      const range = { fromRevision: BigInt(fromRevision), ...(limit && { maxCount: limit }) };
      return readStream(name, { ...range, direction: FORWARDS });
    },
    async streamAfter(name, { eventId, revision }) {
      const [last, ...news] = await readStream(name, { fromRevision: BigInt(revision), direction: FORWARDS });
      return last?.eventId === eventId ? news : undefined;
    },
    endOfStream: (name, limit) =>
      readStream(name, { fromRevision: END, maxCount: limit, direction: BACKWARDS }),

    // The client has no filter for reads: what the server is told to leave out is what subscriptions read.
    async all({ after, filter, limit }) {
      checkLimit(limit);
      const events: StoredEvent[] = [];
      for (let position = after; ; ) {
        const missing = limit - events.length;
        const records = filter?.types ? CHUNK_EVENTS : Math.min(missing, CHUNK_EVENTS);
        const found = await stretch({ after: position, filter, records, known: START });
        events.push(...found.events.slice(0, missing));
        position = found.position;
        const last = events.at(-1);
        if (last && events.length === limit) return { events, position: last.position };
        if (found.isEnd) return { events, position };
      }
    },

    async at(position) {
      if (position === START) return undefined;
      halvesOf(position);
      try {
        const [found] = await from(position, 1);
        const stored = storedEvent(found?.event);
        return stored?.position === position ? stored : undefined;
      } catch (error) {
        if (error instanceof MediaFlowError && error.code === 'invalid_position') return undefined;
        throw error;
      }
    },
  };
}

const isRefusedPosition = (error: unknown): boolean =>
  error instanceof MediaFlowError && isInvalidPosition(error.cause);

function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1) throw invalid('invalid_limit', 'A limit is a positive integer');
}

interface Incoming<Event> {
  on(name: 'data', listener: (event: Event) => void): unknown;
  on(name: 'end', listener: () => void): unknown;
  on(name: 'error', listener: (error: Error) => void): unknown;
  cancel(): Promise<void>;
}

/** All that a read gives. A connection that has fallen silent ends no read by itself. */
function received<Event>(reading: Incoming<Event>): Promise<Event[]> {
  return new Promise((resolve, reject) => {
    const events: Event[] = [];
    const silence = setTimeout(() => {
      reject(new LostConnectionError('The event store says nothing'));
      reading.cancel().catch(() => {});
    }, SILENCE_MILLISECONDS);
    reading.on('data', (event) => {
      silence.refresh();
      events.push(event);
    });
    reading.on('end', () => {
      clearTimeout(silence);
      resolve(events);
    });
    reading.on('error', (error) => {
      clearTimeout(silence);
      reject(error);
    });
  });
}
