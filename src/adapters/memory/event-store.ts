import { type AppendDecision, decideAppends, type LogExcerpt } from '../../core/decide-appends.js';
import { invalid, unavailable } from '../../core/errors.js';
import type { StoredEvent } from '../../core/event.js';
import type { AllFilter, AllPage, AppendLimits, AppendResult, EventStore } from '../../core/event-store.js';
import type { JsonObject } from '../../core/json.js';
import { placeOf, positionAt } from '../../core/numbered-position.js';
import { isAfter, latest, type Position, START } from '../../core/position.js';
import { type PreparedAppend, prepareAppend } from '../../core/prepare-append.js';

/** The engine that is played, as far as engines differ. */
export interface MemoryEngine {
  readonly appendLimits: AppendLimits;
}

/** What stores that are opened on the same log share. */
export interface MemoryLog {
  readonly engine: MemoryEngine;
  readonly events: StoredEvent[];
  readonly byId: Map<string, StoredEvent>;
  /** Revision of each stream's last event. */
  readonly revisions: Map<string, number>;
  /** Called when the log has grown. */
  readonly waiting: Set<() => void>;
}

export const createMemoryLog = (engine: Partial<MemoryEngine> = {}): MemoryLog => ({
  engine: {
    appendLimits: { events: 1_000, dataBytes: 1_048_576, appendBytes: 16_777_216 },
    ...engine,
  },
  events: [],
  byId: new Map(),
  revisions: new Map(),
  waiting: new Set(),
});

/** An event store that forgets when the process ends: for tests. It answers as the durable ones do. */
export function createMemoryEventStore(log: MemoryLog = createMemoryLog()): EventStore {
  const { appendLimits } = log.engine;
  const closing = new AbortController();

  const head = (): Position => log.events.at(-1)?.position ?? START;

  function write(append: PreparedAppend): AppendResult {
    const [decision] = decideAppends([append], excerptFor(append));
    return settle(append, decision);
  }

  function excerptFor({ eventIds }: PreparedAppend): LogExcerpt {
    const known = eventIds.flatMap((eventId) => log.byId.get(eventId) ?? []);
    const events = known.map(
      (event) => [event.eventId, { ...event, place: placeOf(event.position) }] as const,
    );
    return { revisions: log.revisions, events: new Map(events) };
  }

  function settle(append: PreparedAppend, decision: AppendDecision | undefined): AppendResult {
    if (decision?.kind === 'rejected') throw decision.error;
    if (decision?.kind === 'repeated') {
      const place = 'place' in decision.at ? decision.at.place : decision.at.batchOffset + 1;
      return { position: positionAt(place), revision: decision.revision };
    }
    const firstRevision = decision?.firstRevision ?? 0;
    const recordedAt = new Date().toISOString();
    for (const [index, event] of append.events.entries()) {
      const stored = {
        ...event,
        data: JSON.parse(event.data),
        metadata: JSON.parse(event.metadata),
        stream: append.stream,
        revision: firstRevision + index,
        position: positionAt(log.events.length + 1),
        recordedAt,
      };
      log.events.push(stored);
      log.byId.set(stored.eventId, stored);
      log.revisions.set(stored.stream, stored.revision);
    }
    for (const wake of log.waiting) wake();
    return { position: head(), revision: firstRevision + append.events.length - 1 };
  }

  function readAll(options: { after: Position; filter?: AllFilter; limit: number }): AllPage {
    checkLimit(options.limit);
    const types = options.filter?.types;
    const events = log.events
      .slice(placeOf(options.after))
      .filter((event) => !types || types.includes(event.type))
      .slice(0, options.limit);
    const last = events.at(-1);
    const position = last && events.length === options.limit ? last.position : latest(options.after, head());
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
    async append(stream, events, expectedRevision) {
      const prepared = prepareAppend(stream, events, expectedRevision, appendLimits);
      if (closing.signal.aborted) throw unavailable('event_store_closed', 'The event store is closed');
      return write(prepared);
    },
    async readStream(stream, { fromRevision = 0, limit } = {}) {
      if (limit !== undefined) checkLimit(limit);
      return log.events
        .filter((event) => event.stream === stream && event.revision >= fromRevision)
        .slice(0, limit)
        .map(copy);
    },
    readAll: async (options) => readAll(options),
    subscribeAll: subscribe,
    async eventAt(position) {
      const event = log.events[placeOf(position) - 1];
      return event && copy(event);
    },
    head: async () => head(),
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
