import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  START as LOG_START,
} from '@eventstore/db-client';
import type { StoredEvent } from '../../core/event.js';
import type { AllFilter } from '../../core/event-store.js';
import { type Position, START } from '../../core/position.js';
import { LostConnectionError } from './failures.js';
import { halvesOf, positionOf } from './position.js';
import { placeOf, storedEvent } from './recorded-events.js';

/** What a subscription has brought: an event, or word that everything up to a position has been looked through. */
export interface Incoming {
  readonly position: Position;
  /** Undefined for a checkpoint, and for events that are none of ours. */
  readonly event: StoredEvent | undefined;
}

export interface IncomingEvents {
  /** The next one, if it is there. */
  take(): Incoming | undefined;
  /** Whether there is more, or it has ended: waited for until the time is over. */
  wait(milliseconds: number, signal: AbortSignal): Promise<boolean>;
  /** Why it has ended, once it has. */
  ended(): { readonly error: unknown } | undefined;
  close(): void;
}

/** Records that the server looks through at a time, and after which it tells how far it is. */
const SEARCH_WINDOW = 500;

/** A mark that the client puts between the events: it tells of checkpoints while events before them wait to be read. */
class Checkpoint {
  constructor(readonly position: Position) {}
}

/** Subscribes to `$all` after a position. The server reads on only as fast as this is taken. */
export function openIncoming(
  client: EventStoreDBClient,
  request: { readonly after: Position; readonly filter: AllFilter | undefined; readonly buffered: number },
): IncomingEvents {
  const { after, filter, buffered } = request;
  const searching = {
    maxSearchWindow: SEARCH_WINDOW,
    checkpointReached: (subscription: AllStreamSubscription, place: { commit: bigint; prepare: bigint }) => {
      (subscription as unknown as { push(item: unknown): boolean }).push(new Checkpoint(positionOf(place)));
    },
  };
  const subscription = client.subscribeToAll(
    {
      fromPosition: after === START ? LOG_START : halvesOf(after),
      filter: filter?.types
        ? eventTypeFilter({ ...searching, regex: exactly(filter.types) })
        : excludeSystemEvents(searching),
      requiresLeader: true,
    },
    { highWaterMark: buffered },
  );
  let end: { readonly error: unknown } | undefined;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
  };
  const finish = (error: unknown) => {
    end ??= { error };
    wake();
  };
  subscription.on('readable', wake);
  subscription.on('error', finish);
  subscription.on('end', () => finish(new LostConnectionError('The subscription ended')));
  subscription.on('close', () => finish(new LostConnectionError('The subscription was closed')));

  return {
    take() {
      const item: AllStreamResolvedEvent | Checkpoint | null = subscription.read();
      if (item === null) return undefined;
      if (item instanceof Checkpoint) return { position: item.position, event: undefined };
      if (!item.event) return this.take();
      return { position: placeOf(item.event), event: storedEvent(item.event) };
    },
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const go = () => {
          clearTimeout(timer);
          waiting.delete(go);
          signal.removeEventListener('abort', go);
          resolve(end !== undefined || subscription.readableLength > 0);
        };
        const timer = setTimeout(go, milliseconds);
        waiting.add(go);
        signal.addEventListener('abort', go);
        if (end || signal.aborted || subscription.readableLength > 0) go();
      }),
    ended: () => end,
    close() {
      // Of one that never came about there is nothing to end.
      subscription.unsubscribe().catch(() => {});
    },
  };
}

/** Where there are too many subscriptions already the log is only read. */
export const nothingIncoming: IncomingEvents = {
  take: () => undefined,
  wait: (milliseconds, signal) => sleep(milliseconds, false, { signal }).catch(() => false),
  ended: () => undefined,
  close() {},
};

/** Types are told apart by the whole of their names. */
const exactly = (types: readonly string[]): string =>
  `^(${types.map((type) => type.replace(/[^\w]/g, '\\$&')).join('|')})$`;
