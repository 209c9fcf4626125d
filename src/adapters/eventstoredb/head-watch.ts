import { isPassing } from '../../core/errors.js';
import { isAfter, latest, type Position, START } from '../../core/position.js';

/** How far the log is known to reach: by what this process has appended or read, and by asking while somebody waits. */
export interface HeadWatch {
  head(): Position;
  saw(position: Position): void;
  /** The log was read up to `actual`, and there was no more: unless newer word came meanwhile, `claimed` was wrong. */
  retract(claimed: Position, actual: Position): void;
  /** Resolves when the log is known to reach past a position, or the signal fires. */
  waitPast(position: Position, signal: AbortSignal): Promise<void>;
  close(): void;
}

export function createHeadWatch(options: {
  readonly readHead: () => Promise<Position>;
  readonly pollIntervalMilliseconds: number;
  /** Told of what does not pass by itself, once until it is over. */
  onFailure(error: unknown): void;
}): HeadWatch {
  const waiting = new Set<{ readonly position: Position; wake(): void }>();
  let head: Position = START;
  let timer: NodeJS.Timeout | undefined;
  let isFailing = false;
  let closed = false;

  function saw(position: Position): void {
    head = latest(head, position);
    for (const waiter of waiting) if (isAfter(head, waiter.position)) waiter.wake();
  }

  async function poll(): Promise<void> {
    const known = head;
    try {
      const read = await options.readHead();
      isFailing = false;
      // A log that was set back to a backup ends before what was known of it when it was asked.
      if (head === known) head = START;
      saw(read);
    } catch (error) {
      if (!isPassing(error) && !isFailing) {
        isFailing = true;
        options.onFailure(error);
      }
    }
    timer = undefined;
    schedule();
  }

  function schedule(): void {
    if (timer || closed || waiting.size === 0) return;
    timer = setTimeout(poll, options.pollIntervalMilliseconds);
  }

  return {
    head: () => head,
    saw,
    retract(claimed, actual) {
      if (head === claimed) head = actual;
    },
    waitPast: (position, signal) =>
      new Promise((resolve) => {
        const waiter = {
          position,
          wake() {
            waiting.delete(waiter);
            signal.removeEventListener('abort', waiter.wake);
            resolve();
          },
        };
        if (signal.aborted || isAfter(head, position)) return resolve();
        waiting.add(waiter);
        signal.addEventListener('abort', waiter.wake);
        schedule();
      }),
    close() {
      closed = true;
      clearTimeout(timer);
      for (const waiter of waiting) waiter.wake();
    },
  };
}
