import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from '../../../core/errors.js';
import type { AllFilter, AllPage } from '../../../core/event-store.js';
import { isAfter, type Position } from '../../../core/position.js';
import type { HeadWatch } from './head-watch.js';

export interface SubscriptionOptions {
  readonly after: Position;
  readonly filter?: AllFilter;
  readonly limit?: number;
  readonly signal: AbortSignal;
}

export interface SubscriptionSource {
  readonly watch: HeadWatch;
  /** Where the log grows faster than this, a subscription reads it in fewer, fuller pages. */
  readonly readIntervalMilliseconds: number;
  readPage(request: PageRequest): Promise<AllPage>;
}

export interface PageRequest {
  readonly after: Position;
  readonly filter?: AllFilter;
  readonly limit: number;
}

/**
 * Where the log grows by more than an event in five milliseconds, pages fill up: a view's row that changes several times is
 * written once, and what each page costs, which is as much as ten events, is shared by more. What changes is seen by so
 * much later at most; who writes one thing after the other and looks at each does not get there.
 */
const REST = { millisecondsAnEvent: 5, mostMilliseconds: 50 };

const RETRY_MILLISECONDS = { first: 50, maximum: 2_000 };

/** Pages of the log as it grows. A page without events still moves the position, and so is given too. */
export async function* subscribe(
  source: SubscriptionSource,
  { after, filter, limit = 500, signal }: SubscriptionOptions,
): AsyncGenerator<AllPage, void, void> {
  let position = after;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const passed = filter?.types ? source.watch.reachableWithout(filter.types, position) : position;
    if (isAfter(passed, position)) {
      position = passed;
      yield { events: [], position };
      await waitForMore(source, position, startedAt + source.readIntervalMilliseconds, signal);
      continue;
    }
    const claimedHead = source.watch.head();
    const page = await readPatiently(source, { after: position, ...(filter && { filter }), limit }, signal);
    if (!page || signal.aborted) return;
    let restMilliseconds = source.readIntervalMilliseconds;
    if (isAfter(page.position, position)) {
      position = page.position;
      yield page;
      if (page.events.length >= limit) continue;
      const wanted = page.events.length * REST.millisecondsAnEvent;
      restMilliseconds = Math.max(restMilliseconds, Math.min(wanted, REST.mostMilliseconds));
    }
    // A false claim would otherwise have this loop read in vain for ever.
    source.watch.retract(claimedHead, position);
    await waitForMore(source, position, startedAt + restMilliseconds, signal);
  }
}

async function waitForMore(
  { watch }: SubscriptionSource,
  position: Position,
  notBefore: number,
  signal: AbortSignal,
): Promise<void> {
  await watch.waitPast(position, signal);
  await pause(notBefore - performance.now(), signal);
}

/** Undefined when the signal fired first. */
async function readPatiently(
  source: SubscriptionSource,
  request: PageRequest,
  signal: AbortSignal,
): Promise<AllPage | undefined> {
  for (let wait = RETRY_MILLISECONDS.first; !signal.aborted; ) {
    try {
      return await untilAborted(source.readPage(request), signal);
    } catch (error) {
      if (!isPassing(error)) throw error;
      await pause(wait, signal);
      wait = Math.min(wait * 2, RETRY_MILLISECONDS.maximum);
    }
  }
  return undefined;
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || signal.aborted) return;
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
