import { invalid, unavailable } from '../../core/errors.js';
import type { StoredEvent } from '../../core/event.js';
import type { AllFilter, AllPage, EventStore } from '../../core/event-store.js';
import type { JsonObject } from '../../core/json.js';
import { placesBetween } from '../../core/numbered-position.js';
import { isAfter, latest, type Position } from '../../core/position.js';
import { prepareAppend } from '../../core/prepare-append.js';
import { appendTo, createMemoryLog, endOf, eventsUpTo, type MemoryLog } from './memory-log.js';

/** An event store that forgets when the process ends: for tests. It answers as the durable ones do. */
export function createMemoryEventStore(log: MemoryLog = createMemoryLog()): EventStore {
  const { appendLimits, remembers, systemRecords } = log.engine;
  const closing = new AbortController();

  function readAll(options: { after: Position; filter?: AllFilter; limit: number }): AllPage {
    checkLimit(options.limit);
    const types = options.filter?.types;
    const events = log.events
      .slice(eventsUpTo(log, options.after))
      .filter((event) => !types || types.includes(event.type))
      .slice(0, options.limit);
    const last = events.at(-1);
    const position =
      last && events.length === options.limit ? last.position : latest(options.after, endOf(log));
    return { events: events.map(copy), position };
  }

  const growth = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        log.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (signal.aborted) return resolve();
      log.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });

  async function* subscribe(request: Parameters<EventStore['subscribeAll']>[0]): AsyncGenerator<AllPage> {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    let position = request.after;
    while (!signal.aborted) {
      const page = readAll({ ...request, after: position, limit: request.limit ?? 500 });
      if (isAfter(page.position, position)) {
        position = page.position;
        yield page;
      } else {
        await growth(signal);
      }
    }
  }

  return {
    appendLimits,
    idempotency: remembers === Number.POSITIVE_INFINITY ? 'by-event-id' : 'by-revision',
    async append(stream, events, expectedRevision) {
      const prepared = prepareAppend(stream, events, expectedRevision, appendLimits);
      if (closing.signal.aborted) throw unavailable('event_store_closed', 'The event store is closed');
      return appendTo(log, prepared);
    },
    async readStream(stream, { fromRevision = 0, limit } = {}) {
      if (limit !== undefined) checkLimit(limit);
      const events = log.streams.get(stream) ?? [];
      return events.slice(fromRevision, limit && fromRevision + limit).map(copy);
    },
    async readStreamAfter(stream, { eventId, revision }) {
      const [last, ...news] = (log.streams.get(stream) ?? []).slice(revision);
      return last?.eventId === eventId ? news.map(copy) : undefined;
    },
    readAll: async (options) => readAll(options),
    subscribeAll: subscribe,
    async eventAt(position) {
      const event = log.events[eventsUpTo(log, position) - 1];
      return event?.position === position ? copy(event) : undefined;
    },
    head: async () => endOf(log),
    ...(systemRecords === 0 ? { eventsBetween: placesBetween } : {}),
    async close() {
      closing.abort();
    },
  };
}

// A reader that changes what it was given must not change the log.
const copy = (event: StoredEvent): StoredEvent => ({
  ...event,
  data: structuredClone<JsonObject>(event.data),
  metadata: { ...event.metadata },
});

function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1) throw invalid('invalid_limit', 'A limit is a positive integer');
}
