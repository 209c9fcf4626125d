import { type AppendDecision, decideAppends, type LogExcerpt } from '../../core/decide-appends.js';
import { invalid, unavailable } from '../../core/errors.js';
import type { StoredEvent } from '../../core/event.js';
import type { AllFilter, AllPage, AppendResult, EventStore } from '../../core/event-store.js';
import type { JsonObject } from '../../core/json.js';
import { placeOf, positionAt } from '../../core/numbered-position.js';
import { isAfter, latest, type Position } from '../../core/position.js';
import { type PreparedAppend, prepareAppend } from '../../core/prepare-append.js';

/** An event store that forgets when the process ends: for tests. It answers as the durable ones do. */
export function createMemoryEventStore(): EventStore {
  const log: StoredEvent[] = [];
  const closing = new AbortController();
  const waiting = new Set<() => void>();

  const head = (): Position => log.at(-1)?.position ?? '';

  function write(append: PreparedAppend): AppendResult {
    const [decision] = decideAppends([append], excerptFor(append));
    return settle(append, decision);
  }

  function excerptFor(append: PreparedAppend): LogExcerpt {
    const revisions = new Map<string, number>();
    const events = new Map<string, { stream: string; revision: number; place: number }>();
    for (const { eventId, stream, revision, position } of log) {
      if (stream === append.stream) revisions.set(stream, revision);
      if (append.eventIds.includes(eventId)) {
        events.set(eventId, { stream, revision, place: placeOf(position) });
      }
    }
    return { revisions, events };
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
      log.push({
        ...event,
        data: JSON.parse(event.data),
        metadata: JSON.parse(event.metadata),
        stream: append.stream,
        revision: firstRevision + index,
        position: positionAt(log.length + 1),
        recordedAt,
      });
    }
    for (const wake of waiting) wake();
    return { position: head(), revision: firstRevision + append.events.length - 1 };
  }

  function readAll(options: { after: Position; filter?: AllFilter; limit: number }): AllPage {
    checkLimit(options.limit);
    const types = options.filter?.types;
    const events = log
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
        waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (signal.aborted) return resolve();
      waiting.add(wake);
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
    async append(stream, events, expectedRevision) {
      const prepared = prepareAppend(stream, events, expectedRevision);
      if (closing.signal.aborted) throw unavailable('event_store_closed', 'The event store is closed');
      return write(prepared);
    },
    async readStream(stream, { fromRevision = 0, limit } = {}) {
      if (limit !== undefined) checkLimit(limit);
      return log
        .filter((event) => event.stream === stream && event.revision >= fromRevision)
        .slice(0, limit)
        .map(copy);
    },
    readAll: async (options) => readAll(options),
    subscribeAll: subscribe,
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
