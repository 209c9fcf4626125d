import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../../core/event.js';
import type { AllFilter, AllPage } from '../../core/event-store.js';
import { isAfter, type Position } from '../../core/position.js';
import type { HeadWatch } from './head-watch.js';
import type { IncomingEvents } from './incoming.js';
import type { Reads } from './read.js';

export interface SubscriptionSource {
  readonly watch: HeadWatch;
  readonly reads: Pick<Reads, 'stretch'>;
  open(request: { after: Position; filter: AllFilter | undefined; buffered: number }): IncomingEvents;
  /** A subscription that broke off: throws what does not pass. */
  lost(error: unknown): void;
}

export interface SubscribeRequest {
  readonly after: Position;
  readonly filter: AllFilter | undefined;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** What the log is known to hold is waited for so long before it is read instead. */
const GRACE_MILLISECONDS = 25;
/** A subscription that brings nothing for so long while there is something for it is given up. */
const STALE_AFTER_MILLISECONDS = 5_000;
/** Pages without events tell no more often than this how far the log has been looked through, until its end is reached. */
const PROGRESS_MILLISECONDS = 1_000;
const RETRY_MILLISECONDS = { first: 50, maximum: 2_000 };

/**
 * The log as it grows, by a subscription that is opened anew whenever it ends. How far it has looked through what it leaves out a
 * server tells only now and then, and not up to the end: so where the log is known to reach further than what came, it is read,
 * whatever is in it. What then comes once more is passed over, since positions only grow.
 */
export async function* subscribe(
  source: SubscriptionSource,
  request: SubscribeRequest,
): AsyncGenerator<AllPage, void, void> {
  const { signal } = request;
  let position = request.after;
  for (let pause = RETRY_MILLISECONDS.first; !signal.aborted; ) {
    const incoming = source.open({ after: position, filter: request.filter, buffered: request.limit });
    try {
      for await (const page of pagesOf(source, incoming, { ...request, after: position })) {
        position = page.position;
        pause = RETRY_MILLISECONDS.first;
        yield page;
      }
    } catch (error) {
      if (signal.aborted) return;
      source.lost(error);
      await sleep(pause, undefined, { signal }).catch(() => {});
      pause = Math.min(2 * pause, RETRY_MILLISECONDS.maximum);
    } finally {
      incoming.close();
    }
  }
}

/** Until the signal fires, or the subscription has gone stale. Throws what ended it. */
async function* pagesOf(
  { watch, reads }: SubscriptionSource,
  incoming: IncomingEvents,
  { after, filter, limit, signal }: SubscribeRequest,
): AsyncGenerator<AllPage, void, void> {
  let position = after;
  let toldAt = performance.now();
  let heardAt = toldAt;
  while (!signal.aborted) {
    const page = await takePage(incoming, watch, { after: position, limit, signal });
    if (isAfter(page.position, position)) {
      position = page.position;
      heardAt = performance.now();
      const isDue = !isAfter(watch.head(), position) || heardAt - toldAt > PROGRESS_MILLISECONDS;
      if (page.events.length === 0 && !isDue) continue;
      toldAt = heardAt;
      yield page;
      continue;
    }
    const ended = incoming.ended();
    if (ended) throw ended.error;
    if (!isAfter(watch.head(), position)) {
      await news(incoming, watch, position, signal);
      continue;
    }
    if (await incoming.wait(GRACE_MILLISECONDS, signal)) continue;
    if (signal.aborted) return;

    const known = watch.head();
    const read = await reads.stretch({ after: position, filter, records: limit, known });
    if (isAfter(read.position, position)) {
      position = read.position;
      toldAt = performance.now();
      yield { events: read.events, position };
    } else watch.retract(known, position);
    if (read.events.length > 0 && performance.now() - heardAt > STALE_AFTER_MILLISECONDS) return;
  }
}

/** What has come by now; a page that is not full waits a moment for what the log is known to hold. */
async function takePage(
  incoming: IncomingEvents,
  watch: HeadWatch,
  { after, limit, signal }: Pick<SubscribeRequest, 'after' | 'limit' | 'signal'>,
): Promise<AllPage> {
  const events: StoredEvent[] = [];
  let position = after;
  while (events.length < limit && !signal.aborted) {
    const next = incoming.take();
    if (next) {
      if (!isAfter(next.position, position)) continue;
      position = next.position;
      if (next.event) events.push(next.event);
    } else {
      const isAll = position === after || !isAfter(watch.head(), position) || incoming.ended();
      if (isAll || !(await incoming.wait(GRACE_MILLISECONDS, signal))) break;
    }
  }
  return { events, position };
}

const LONG_MILLISECONDS = 60_000;

async function news(
  incoming: IncomingEvents,
  watch: HeadWatch,
  position: Position,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  await Promise.race([incoming.wait(LONG_MILLISECONDS, either), watch.waitPast(position, either)]);
  over.abort();
}
