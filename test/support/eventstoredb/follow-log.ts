import {
  comparePositions,
  type LogPosition,
  type LogRecord,
  type TransactionLog,
} from './transaction-log.js';

export type Followed =
  | { readonly event: LogRecord }
  | { readonly checkpoint: LogPosition }
  | { readonly caughtUp: true }
  | { readonly fellBehind: true };

export interface FollowOptions {
  readonly log: TransactionLog;
  /** Exclusive; undefined begins with the first event. */
  readonly after: LogPosition | undefined;
  /** Undefined in a subscription without a filter, which has no checkpoints either. */
  readonly filter:
    | {
        isWanted(record: LogRecord): boolean;
        readonly searchWindow: number;
        readonly checkpointInterval: number;
      }
    | undefined;
  readonly signal: AbortSignal;
}

/** So many events may wait for a slow client before a live subscription reads the log again. */
const LIVE_BUFFER_EVENTS = 32;

/**
 * A subscription to `$all`, after EventStoreDB's: pages of the log until its end, a checkpoint whenever the interval is full and
 * before it goes live, which stands where its *last page began*, not where it ended; from then on what comes in.
 */
export async function* followLog({ log, after, filter, signal }: FollowOptions): AsyncGenerator<Followed> {
  let checkpoint = after;
  let next = after ? firstAfter(log, after) : 0;
  let considered = 0;
  let isLive = false;

  while (!signal.aborted) {
    const pending = log.records.length - next;
    if (isLive && pending > LIVE_BUFFER_EVENTS) {
      isLive = false;
      yield { fellBehind: true };
      if (filter && checkpoint) yield { checkpoint };
    }
    if (pending <= 0) {
      if (!isLive) {
        isLive = true;
        if (filter && checkpoint) yield { checkpoint };
        yield { caughtUp: true };
        continue;
      }
      await growth(log, signal);
      // A log that was set back has another event in that place.
      next = Math.min(next, log.records.length);
      continue;
    }
    const page = log.records.slice(next, next + (isLive ? 1 : (filter?.searchWindow ?? LIVE_BUFFER_EVENTS)));
    next += page.length;
    for (const record of page) {
      if (filter && !filter.isWanted(record)) continue;
      yield { event: record };
      checkpoint = record;
    }
    const [pageBegin] = page;
    if (pageBegin && (!checkpoint || comparePositions(checkpoint, pageBegin) < 0)) checkpoint = pageBegin;
    considered += page.length;
    if (filter && considered >= filter.checkpointInterval) {
      considered = 0;
      if (checkpoint) yield { checkpoint };
    }
  }
}

const firstAfter = (log: TransactionLog, position: LogPosition): number => {
  const index = log.indexFrom(position);
  const record = log.records[index];
  return record && comparePositions(record, position) === 0 ? index + 1 : index;
};

const growth = (log: TransactionLog, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const wake = () => {
      stop();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const stop = log.onGrowth(wake);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
  });
