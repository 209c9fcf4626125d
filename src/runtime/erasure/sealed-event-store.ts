import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing, unavailable } from '../../core/errors.js';
import type { EventDefinitions, StoredEvent } from '../../core/event.js';
import type { AllPage, EventStore } from '../../core/event-store.js';
import type { PersonalKey, PersonalKeys } from '../../core/personal-keys.js';
import { concernsPersons, openEvent, sealEvent } from './seal-events.js';

const RETRY_MILLISECONDS = { first: 50, maximum: 2_000 };

/**
 * An event store that keeps what is personal in events encrypted, each stream's under a key of its own: its users see and
 * give plain events, and once a key is destroyed, events with what stands for erased values. Events without anything
 * personal pass as they are, at no cost.
 */
export function createSealedEventStore(options: {
  readonly store: EventStore;
  readonly keys: PersonalKeys;
  readonly definitions: EventDefinitions;
}): EventStore {
  const { store, keys, definitions } = options;
  /** Appends that wait for their keys. */
  const waiting = new Set<Promise<unknown>>();
  let closed = false;

  async function keyFor(stream: string): Promise<PersonalKey | undefined> {
    if (closed) throw unavailable('event_store_closed', 'The event store is shutting down');
    const asked = keys.forWriting([stream]);
    waiting.add(asked);
    try {
      return (await asked).get(stream);
    } finally {
      waiting.delete(asked);
    }
  }

  /** The keys of all events together are asked for at once. */
  async function opened(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    const subjects = new Set(
      events.flatMap(({ stream, metadata }) => (metadata.sealed === undefined ? [] : [stream])),
    );
    if (subjects.size === 0) return events;
    const found = await keys.forReading([...subjects]);
    return events.map((event) => openEvent(event, found.get(event.stream)));
  }

  const openedPage = async (page: AllPage): Promise<AllPage> => ({
    ...page,
    events: await opened(page.events),
  });

  /** As a subscription waits out a lost database, this waits for its keys. Undefined when the signal fired first. */
  async function openedPatiently(page: AllPage, signal: AbortSignal): Promise<AllPage | undefined> {
    for (let pause = RETRY_MILLISECONDS.first; !signal.aborted; ) {
      try {
        return await openedPage(page);
      } catch (error) {
        if (!isPassing(error)) throw error;
        await sleep(pause, undefined, { signal }).catch(() => {});
        pause = Math.min(pause * 2, RETRY_MILLISECONDS.maximum);
      }
    }
    return undefined;
  }

  return {
    ...store,

    async append(stream, events, expectedRevision) {
      if (!concernsPersons(definitions, events)) return store.append(stream, events, expectedRevision);
      const key = await keyFor(stream);
      const sealed = events.map((event) => sealEvent(definitions, event, key));
      return store.append(stream, sealed, expectedRevision);
    },

    async readStream(stream, range) {
      return [...(await opened(await store.readStream(stream, range)))];
    },

    async readStreamAfter(stream, last) {
      const news = await store.readStreamAfter(stream, last);
      return news && [...(await opened(news))];
    },

    async readAll(request) {
      return openedPage(await store.readAll(request));
    },

    async *subscribeAll(request) {
      for await (const page of store.subscribeAll(request)) {
        const read = await openedPatiently(page, request.signal);
        if (!read) return;
        yield read;
      }
    },

    async eventAt(position) {
      const event = await store.eventAt(position);
      return event && (await opened([event]))[0];
    },

    async close() {
      closed = true;
      await Promise.allSettled(waiting);
      await store.close();
    },
  };
}
