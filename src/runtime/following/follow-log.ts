import type { CheckpointStore } from '../../core/checkpoint-store.js';
import { MediaFlowError, messageOf } from '../../core/errors.js';
import type { StoredEvent } from '../../core/event.js';
import type { AllPage, EventStore } from '../../core/event-store.js';
import type { FollowerStatus } from '../../core/follower-status.js';
import type { Logger } from '../../core/logger.js';
import { isAfter, type Position } from '../../core/position.js';
import type { Clock } from '../clock.js';
import { type HeldCheckpoint, holdCheckpoint } from './held-checkpoint.js';
import { TURN_TIMES, type TurnTimes, waitForTurn } from './turns.js';

/** A consumer of the log whose work lies in another system: neither a view, which is rows, nor a process, which is a saga. */
export interface Follower {
  /** Names its checkpoint; there is one at work at a time, whatever number of processes run it. */
  readonly name: string;
  /** Called when it is this process's turn. What the one before still has under way has to be without effect from then on. */
  begin(): Promise<FollowerWork>;
}

export interface FollowerWork {
  /**
   * Makes ready what there is to do about events, while those before them are still being dealt with, and gives what does it for
   * good, in a bounded time. The same may come again, after a crash or when it has thrown.
   */
  prepare(events: readonly StoredEvent[]): Promise<() => Promise<void>>;
  /** Within seconds, at which what is still being done fails. Safe to call twice. */
  end(): Promise<void>;
}

export interface FollowOptions {
  readonly store: Pick<EventStore, 'subscribeAll' | 'head' | 'eventsBetween'>;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Events that are handled together at most (default 500). */
  readonly pageEvents?: number;
  readonly times?: TurnTimes;
}

export interface RunningFollower {
  /** Resolves when the signal has ended it. */
  readonly done: Promise<void>;
  status(): Promise<FollowerStatus>;
}

/** What is being handled when the process stops, or has lost its turn, has so long to come to its end. */
const GRACE_SECONDS = 2;

/**
 * Follows the log for one consumer until the signal fires: at least once, in order, from its checkpoint on. Processes that run the
 * same consumer take turns: one works, the others stand by and take over within seconds when it falls silent. One whose
 * work fails gives its turn up, since another may reach what it cannot, and waits for the next: alone, it gets it.
 */
export function followLog(follower: Follower, options: FollowOptions): RunningFollower {
  const { store, checkpoints, clock, logger, signal, times = TURN_TIMES } = options;
  const { name } = follower;
  let working: HeldCheckpoint | undefined;
  let handledEvents = 0;
  /** Turns that came to nothing since one last went well. */
  let failures = 0;
  /** What the last of them came to nothing of, and where. */
  let failure: { readonly message: string; readonly at: Position } | undefined;

  async function work(checkpoint: HeldCheckpoint, stop: AbortSignal): Promise<void> {
    const task = await follower.begin();
    const ended = new AbortController();
    const cutShort = () => clock.sleep(GRACE_SECONDS, ended.signal).then(() => task.end());
    stop.addEventListener('abort', cutShort, { once: true });
    const goesWell = () => {
      failures = 0;
      failure = undefined;
      logger.info({ follower: name, position: checkpoint.position }, 'Follows the log');
    };
    // After trouble, only what is done shows that it is over.
    let isToBeSaid = failures > 0;
    if (!isToBeSaid) goesWell();
    try {
      let saved: Promise<void> = Promise.resolve();
      for await (const { count, position, deal } of readAhead(task, checkpoint.position, options, stop)) {
        await deal();
        handledEvents += count;
        if (isToBeSaid) goesWell();
        isToBeSaid = false;
        // The next page need not wait for it: what is saved late is done again at worst.
        await saved;
        saved = checkpoint.save(position);
        saved.catch(() => {});
      }
      await saved;
    } finally {
      stop.removeEventListener('abort', cutShort);
      ended.abort();
      await task.end();
    }
  }

  async function takeTurn(): Promise<void> {
    const taken = await waitForTurn(name, { checkpoints, clock, times, signal });
    if (!taken) return;
    working = holdCheckpoint(taken, { checkpoints, clock, beatSeconds: times.beatSeconds });
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const ended = work(working, stop);
    try {
      // Whichever fails ends the other.
      await Promise.race([ended, working.beat(stop).then(() => ended)]);
    } catch (error) {
      // That another has the turn is no trouble.
      const isOvertaken = error instanceof MediaFlowError && error.code === 'overtaken';
      failure = isOvertaken ? undefined : { message: messageOf(error), at: working.position };
      throw error;
    } finally {
      over.abort();
      working = undefined;
      await ended.catch(() => {});
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await takeTurn();
      } catch (error) {
        failures += 1;
        const said = { follower: name, failures, error: messageOf(error) };
        // Once: it goes on trying by itself.
        if (failures === 1) logger.warn(said, 'Follows the log no further, and waits for its next turn');
        else logger.debug(said, 'Waits for its next turn');
        await clock.sleep(times.beatSeconds, signal);
      }
    }
  }

  return {
    done: run(),
    async status() {
      const [position, head] = await Promise.all([
        working?.position ?? checkpoints.load(name).then((checkpoint) => checkpoint.position),
        store.head(),
      ]);
      const isAheadOfLog = isAfter(position, head);
      const lagEvents = isAheadOfLog ? 0 : (store.eventsBetween?.(position, head) ?? null);
      return {
        ...{ name, isActive: working !== undefined, position, lagEvents, isAheadOfLog, handledEvents },
        failure: failure && !isAfter(position, failure.at) ? failure.message : null,
      };
    },
  };
}

/** A page of the log, made ready. */
interface ReadyPage {
  readonly count: number;
  readonly position: Position;
  deal(): Promise<void>;
}

/** The log in pages, of which the next is read and made ready while one is dealt with. */
async function* readAhead(
  task: Pick<FollowerWork, 'prepare'>,
  after: Position,
  { store, pageEvents = 500 }: Pick<FollowOptions, 'store' | 'pageEvents'>,
  signal: AbortSignal,
): AsyncGenerator<ReadyPage> {
  const ended = new AbortController();
  const reading = AbortSignal.any([signal, ended.signal]);
  const pages = store.subscribeAll({ after, limit: pageEvents, signal: reading })[Symbol.asyncIterator]();
  async function readOn(): Promise<ReadyPage | undefined> {
    for (;;) {
      const page: IteratorResult<AllPage> = await pages.next();
      if (page.done) return undefined;
      const { events, position } = page.value;
      if (events.length > 0) return { count: events.length, position, deal: await task.prepare(events) };
    }
  }

  let next = readOn();
  try {
    for (;;) {
      const page = await next;
      if (!page) {
        if (!signal.aborted) throw new Error('The subscription ended by itself');
        return;
      }
      next = readOn();
      next.catch(() => {});
      yield page;
    }
  } finally {
    ended.abort();
    await pages.return?.();
  }
}
