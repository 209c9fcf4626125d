import type { Pool } from 'pg';
import { type MediaFlowError, messageOf, unavailable } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';
import { isAfter, type Position } from '../../../core/position.js';
import type { AdvanceListener, PositionWaiter } from '../../../core/projection-store.js';
import type { Listener } from '../connection/listener.js';
import { soon } from '../connection/patience.js';
import { PROJECTIONS_CHANNEL } from './channel.js';
import { type Distances, type ViewBehind, whyInVain } from './standing.js';

export interface PostgresPositionWaiter extends PositionWaiter {
  /** To be told by a projector of this process; those of others are heard through the database. */
  readonly onAdvanced: AdvanceListener;
  close(): void;
}

export interface PositionWaiterOptions {
  readonly pool: Pool;
  /** Hears of news, and of losses, from the first claim or the first who waits on. The waiter does not close it. */
  readonly listener: Listener;
  readonly logger: Logger;
  /** How often those who wait look for themselves (default 100). Notifications are only hints. */
  readonly pollMilliseconds?: number;
  /** Tells how much of a rebuild is done, where it can. */
  readonly store: Distances;
}

interface Waiting {
  readonly names: readonly string[];
  readonly position: Position;
  readonly timeoutMilliseconds: number;
  readonly wake: () => void;
  readonly fail: (reason: MediaFlowError) => void;
}

/** A failure of the view stays noted until its rows move: a rebuild that goes on has got past it. */
const STANDING = `
  select checkpoint.name, checkpoint.position, to_jsonb(rebuild) as rebuild,
    failure is not null and (rebuild.name is null or rebuild.message is not null) as failed
  from projection_checkpoints as checkpoint
    left join projection_rebuilds as rebuild on rebuild.name = checkpoint.name and rebuild.version > checkpoint.version
  where checkpoint.name = any($1)`;

/** Knows how far the views are from what projectors say, and asks the database only while somebody waits. */
export function createPositionWaiter(options: PositionWaiterOptions): PostgresPositionWaiter {
  const passed = new Map<string, Position>();
  const waiting = new Set<Waiting>();
  let listening = false;
  let losses = 0;
  /** Since a loss, until the database has said itself how far the views are. */
  let doubtful = false;
  let poll: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let closed = false;

  const hasPassed = ({ names, position }: Pick<Waiting, 'names' | 'position'>): boolean =>
    names.every((name) => !isAfter(position, passed.get(name) ?? ''));

  const note: AdvanceListener = (names, position) => {
    for (const name of names) if (isAfter(position, passed.get(name) ?? '')) passed.set(name, position);
    for (const waiter of waiting) if (hasPassed(waiter)) waiter.wake();
  };

  /** A claim may be older than the crash that took back what it tells. */
  const onAdvanced: AdvanceListener = (names, position) => {
    listen();
    if (!doubtful) note(names, position);
  };

  async function look(): Promise<void> {
    looking ??= ask()
      .catch((error: unknown) =>
        options.logger.debug({ error: messageOf(error) }, 'Could not ask how far the views are'),
      )
      .finally(() => {
        looking = undefined;
      });
    await looking;
  }

  async function ask(): Promise<void> {
    const names = [...new Set([...waiting].flatMap((waiter) => waiter.names))];
    if (names.length === 0) return;
    const lossesBefore = losses;
    const { rows } = await options.pool.query<ViewBehind & { position: Position }>({
      ...soon,
      text: STANDING,
      values: [names],
    });
    if (losses !== lossesBefore) return;
    doubtful = false;
    for (const { name, position } of rows) note([name], position);
    for (const waiter of waiting) {
      const behind = rows.filter(
        ({ name }) => waiter.names.includes(name) && !hasPassed({ ...waiter, names: [name] }),
      );
      const reason = whyInVain(behind, waiter.timeoutMilliseconds, options.store);
      if (reason) waiter.fail(reason);
    }
  }

  async function keepLooking(): Promise<void> {
    await look();
    poll = undefined;
    schedule();
  }

  function schedule(): void {
    if (poll || closed || waiting.size === 0) return;
    poll = setTimeout(keepLooking, options.pollMilliseconds ?? 100);
  }

  function listen(): void {
    if (listening || closed) return;
    listening = true;
    options.listener.listen(
      PROJECTIONS_CHANNEL,
      (told) => {
        const [position = '', ...names] = told.split(' ');
        onAdvanced(names, position);
      },
      // A database that crashed may have forgotten the last moment of its views.
      () => {
        losses++;
        doubtful = true;
        passed.clear();
      },
    );
  }

  return {
    onAdvanced,

    waitFor(names, position, { timeoutMilliseconds = 5000, signal } = {}) {
      if (hasPassed({ names, position })) return Promise.resolve();
      if (closed) return Promise.reject(unavailable('view_behind', 'The service is shutting down'));
      listen();
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          clearTimeout(timeout);
          waiting.delete(waiter);
          signal?.removeEventListener('abort', giveUp);
          settle();
        };
        const behind = () =>
          unavailable('view_behind', 'The view has not seen this change yet, try again', {
            projections: [...names],
            position,
            retryAfterSeconds: 1,
          });
        const giveUp = () => end(() => reject(behind()));
        const waiter: Waiting = {
          names,
          position,
          timeoutMilliseconds,
          wake: () => end(hasPassed({ names, position }) ? resolve : () => reject(behind())),
          fail: (reason) => end(() => reject(reason)),
        };
        const timeout = setTimeout(giveUp, timeoutMilliseconds);
        waiting.add(waiter);
        if (signal?.aborted) return giveUp();
        signal?.addEventListener('abort', giveUp, { once: true });
        // Another process may have passed long ago, and said so before this one listened. Of views that have been heard of
        // the news comes by itself, and asking for each who waits would only load the database.
        if (names.some((name) => !passed.has(name))) void look();
        schedule();
      });
    },

    close() {
      closed = true;
      clearTimeout(poll);
      for (const waiter of waiting) waiter.wake();
    },
  };
}
