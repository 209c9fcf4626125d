import { messageOf } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';
import { placeOf, positionAt } from '../../../core/numbered-position.js';
import { type Position, START } from '../../../core/position.js';
import type { Listener } from '../connection/listener.js';
import { readNews } from './log-news.js';
import { createStretches, type Stretch } from './stretches.js';

export interface HeadWatchOptions {
  readonly listener: Listener;
  readonly pollIntervalMilliseconds: number;
  readonly logger: Logger;
  readHead(): Promise<Position>;
}

/** Knows, late but surely, how far the log has grown: one channel and one poll for all who wait. */
export interface HeadWatch {
  /** The log is known to reach this far. */
  saw(head: Position): void;
  /** This was written last. */
  sawWritten(stretch: Stretch): void;
  /** The farthest position up to which the log is known to hold nothing of these types after `position`. */
  reachableWithout(types: readonly string[], position: Position): Position;
  /** How far the log is believed to reach. */
  head(): Position;
  /** A read found nothing beyond `actual`: unless newer word came meanwhile, the belief `claimed` was wrong. */
  retract(claimed: Position, actual: Position): void;
  /** Resolves when the log has grown past a position, or the signal fires. */
  waitPast(position: Position, signal: AbortSignal): Promise<void>;
  close(): void;
}

export function createHeadWatch(options: HeadWatchOptions): HeadWatch {
  const waiting = new Set<{ position: Position; wake: () => void }>();
  const stretches = createStretches();
  let head: Position = START;
  let closed = false;
  let started = false;
  let pollTimer: NodeJS.Timeout | undefined;

  function saw(position: Position): void {
    if (position <= head) return;
    head = position;
    for (const waiter of waiting) if (waiter.position < head) waiter.wake();
    // News came without asking: ask again only after a quiet interval.
    pollTimer?.refresh();
  }

  function sawWritten(stretch: Stretch): void {
    stretches.add(stretch);
    saw(positionAt(stretch.last));
  }

  function hear(notification: string): void {
    const news = readNews(notification);
    if (news?.stretch) sawWritten(news.stretch);
    else if (news) saw(positionAt(news.last));
  }

  async function poll(): Promise<void> {
    pollTimer = undefined;
    try {
      saw(await options.readHead());
    } catch (error) {
      options.logger.debug({ error: messageOf(error) }, 'Could not ask for the head of the event log');
    }
    keepPolling();
  }

  function keepPolling(): void {
    if (closed || pollTimer || waiting.size === 0) return;
    pollTimer = setTimeout(poll, options.pollIntervalMilliseconds);
  }

  return {
    saw,
    sawWritten,
    reachableWithout(types, position) {
      const place = placeOf(position);
      const reached = stretches.reachableWithout(types, place);
      return reached > place ? positionAt(reached) : position;
    },
    head: () => head,
    retract(claimed, actual) {
      if (head === claimed && actual < claimed) head = actual;
    },
    waitPast(position, signal) {
      if (!started && !closed) {
        started = true;
        // Who takes the place of a server that is lost may not have the last of what it wrote, and goes on otherwise.
        options.listener.listen('event_log', hear, stretches.forgetAll);
      }
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(waiter);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const waiter = { position, wake };
        if (signal.aborted || head > position || closed) return resolve();
        waiting.add(waiter);
        signal.addEventListener('abort', wake);
        keepPolling();
      });
    },
    close() {
      closed = true;
      clearTimeout(pollTimer);
      for (const waiter of waiting) waiter.wake();
    },
  };
}
