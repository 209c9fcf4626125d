import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable } from '../core/errors.js';
import type { StoredEvent } from '../core/event.js';
import type { AllFilter, EventStore } from '../core/event-store.js';
import { type Position, START } from '../core/position.js';
import type { Viewers } from '../core/viewers.js';
import { cursorAt, cursorOf } from './cursor.js';
import { nameViewers } from './name-viewers.js';
import { shown } from './shown-event.js';

const HEARTBEAT_MILLISECONDS = 15_000;
const RETRY_MILLISECONDS = 500;

export interface StreamOptions {
  readonly store: Pick<EventStore, 'subscribeAll' | 'eventAt'>;
  readonly viewers: Pick<Viewers, 'userIdsOf'>;
  readonly after: Position;
  readonly filter?: AllFilter;
  /** Only events of this stream; all of them by default. */
  readonly stream?: string;
  readonly signal: AbortSignal;
  /** How long the line may be silent (default 15 s): proxies close one that seems dead. */
  readonly heartbeatMilliseconds?: number;
}

/** The log as Server-Sent Events, read on only as fast as the client does. */
export async function* streamMessages({
  store,
  viewers,
  stream,
  heartbeatMilliseconds = HEARTBEAT_MILLISECONDS,
  ...request
}: StreamOptions): AsyncGenerator<string> {
  const { after, signal } = request;
  const ended = new AbortController();
  const pages = store
    .subscribeAll({ ...request, signal: AbortSignal.any([signal, ended.signal]) })
    [Symbol.asyncIterator]();
  let position = after;
  let saidAt = performance.now();
  try {
    yield await standing(store, position, 'connected');
    let next = pages.next();
    while (!signal.aborted) {
      const page = await within(saidAt + heartbeatMilliseconds - performance.now(), next);
      if (page?.done) return;
      if (page) {
        const events = page.value.events.filter((event) => stream === undefined || event.stream === stream);
        for (const event of await named(viewers, events, signal)) {
          yield `id: ${cursorOf(event)}\nevent: ${event.type}\ndata: ${JSON.stringify(shown(event))}\n\n`;
          saidAt = performance.now();
        }
        position = page.value.position;
      }
      // Pages may come all the time and hold nothing that the filter lets through.
      if (performance.now() - saidAt >= heartbeatMilliseconds) {
        yield await standing(store, position, 'alive');
        saidAt = performance.now();
      }
      if (page) next = pages.next();
    }
  } finally {
    ended.abort();
    await pages.return?.();
  }
}

/** A database that is away for a moment must not end the stream, here either. */
async function named(
  viewers: StreamOptions['viewers'],
  events: readonly StoredEvent[],
  signal: AbortSignal,
): Promise<readonly StoredEvent[]> {
  for (;;) {
    try {
      return await nameViewers(viewers, events);
    } catch (error) {
      if (signal.aborted || !isRetryable(error)) throw error;
      await sleep(RETRY_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }
}

/** An id without data is no event, but a client that is cut off comes back with it, however much was filtered out. */
async function standing(store: StreamOptions['store'], position: Position, comment: string): Promise<string> {
  // A database that is away for a moment must not end the stream: the subscription waits for it.
  const cursor = position === START ? START : await cursorAt(store, position).catch(() => START);
  return cursor === START ? `: ${comment}\n\n` : `id: ${cursor}\n: ${comment}\n\n`;
}

/** Undefined when the time is over first. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}
