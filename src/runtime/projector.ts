import { MediaFlowError, messageOf } from '../core/errors.js';
import type { EventStore } from '../core/event-store.js';
import type { Logger } from '../core/logger.js';
import { isAfter, latest, type Position, START } from '../core/position.js';
import type {
  AdvanceListener,
  AnyProjection,
  ProjectionCheckpoint,
  ProjectionStore,
} from '../core/projection-store.js';
import { CheckpointMovedError, catchUp, failureOf, PoisonEventError } from './catch-up.js';
import { type Clock, systemClock } from './clock.js';
import { createLiveGroup, type LiveGroup } from './live-group.js';
import { type Decode, eventTypesOf } from './project-events.js';
import { rebuildProjection } from './rebuild-projection.js';

export interface ProjectorOptions {
  readonly store: Pick<EventStore, 'readAll' | 'subscribeAll' | 'head'>;
  readonly projections: readonly AnyProjection[];
  readonly projectionStore: ProjectionStore;
  readonly decode: Decode;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Wakes readers of this process that wait for a position. */
  readonly onAdvanced?: AdvanceListener;
  /** Events between two positions, for the ETA of a rebuild, where the store's positions tell it. */
  readonly eventsBetween?: (after: Position, upTo: Position) => number;
  /** Events a batch at most (default 1000). */
  readonly batchEvents?: number;
  /** Wait after so many failures in a row (default 0.2 s, doubling up to 30 s). */
  readonly retryInSeconds?: (failures: number) => number;
}

export interface RunningProjector {
  /** Resolves when the signal has fired and the last batch is written or dropped; never rejects. */
  readonly done: Promise<void>;
}

/** How long a process whose release is older than the views waits before it looks again. */
const SUPERSEDED_SECONDS = 10;

/** Keeps views up to date with the log until the signal fires. Any number of processes may run it at once. */
export function runProjector(options: ProjectorOptions): RunningProjector {
  const { store, projections, projectionStore, logger, signal } = options;
  const clock = options.clock ?? systemClock;
  const retryInSeconds =
    options.retryInSeconds ?? ((failures: number) => Math.min(30, 0.1 * 2 ** Math.min(failures, 20)));
  const batchEvents = options.batchEvents ?? 1000;
  const onAdvanced = options.onAdvanced ?? (() => {});
  const steps = { ...options, clock, onAdvanced, batchEvents };
  const running = new Set<Promise<void>>();
  let turn: Promise<unknown> = Promise.resolve();

  /** One after another: a projection joins between two pages. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  function start(work: Promise<void>): void {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  }

  /** Retries `work` until it succeeds or the signal fires. */
  async function persistently<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) break;
        logger.warn({ error: messageOf(error), failures }, what);
        await clock.sleep(retryInSeconds(failures), signal);
      }
    }
    return undefined;
  }

  async function follow(group: LiveGroup): Promise<void> {
    await persistently('The subscription of the projections ended, beginning again', async () => {
      const filter = { types: eventTypesOf(projections) };
      for await (const page of store.subscribeAll({
        after: group.position,
        filter,
        limit: batchEvents,
        signal,
      })) {
        await exclusively(() => group.apply(page, page.events.length >= batchEvents));
        if (signal.aborted) return;
      }
      if (!signal.aborted) throw new Error('the subscription ended by itself');
    });
  }

  /** Brings one projection to where the group is, whatever it takes, and lets it join. */
  async function bringUp(group: LiveGroup, projection: AnyProjection): Promise<void> {
    let failures = 0;
    let poison: { readonly eventId: string; attempts: number } | undefined;
    let checkpoint: ProjectionCheckpoint | undefined;

    async function attempt(): Promise<boolean> {
      checkpoint = (await projectionStore.load([projection]))[0];
      if (!checkpoint) return false;
      if (checkpoint.version > projection.version) {
        logger.warn(
          { projection: projection.name, stored: checkpoint.version, known: projection.version },
          'The view belongs to a newer release, this process leaves it alone',
        );
        await clock.sleep(SUPERSEDED_SECONDS, signal);
        return false;
      }
      if (checkpoint.version < projection.version) {
        await rebuildProjection({ ...options, clock, projection, mode: 'resume' });
        return false;
      }
      let { position } = checkpoint;
      for (let more = true; more && !signal.aborted; ) {
        ({ position, more } = await catchUp(steps, projection, position));
        failures = 0;
      }
      return exclusively(async () => {
        while (isAfter(group.position, position) && !signal.aborted)
          ({ position } = await catchUp(steps, projection, position));
        if (!signal.aborted) group.join(projection, position);
        return true;
      });
    }

    while (!signal.aborted) {
      try {
        if (await attempt()) return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof CheckpointMovedError) continue;
        failures++;
        if (error instanceof PoisonEventError && checkpoint) {
          poison =
            poison?.eventId === error.event.eventId ? poison : { eventId: error.event.eventId, attempts: 0 };
          poison.attempts++;
          const failure = failureOf(error, poison.attempts, clock);
          const { version } = checkpoint;
          logger.error({ projection: projection.name, failure }, 'Projection cannot get past an event');
          await projectionStore
            .recordFailure({ name: projection.name, version }, failure)
            .catch((lost: unknown) =>
              logger.warn({ error: messageOf(lost) }, 'Could not note why a projection failed'),
            );
        } else if (!(error instanceof MediaFlowError && error.code === 'rebuild_running'))
          logger.warn({ projection: projection.name, error: messageOf(error), failures }, 'Projection waits');
        await clock.sleep(retryInSeconds(poison?.attempts ?? failures), signal);
      }
    }
  }

  async function run(): Promise<void> {
    const checkpoints = await persistently('The projections cannot load their checkpoints', () =>
      projectionStore.load(projections),
    );
    if (!checkpoints) return;
    const current = projections.flatMap((projection) => {
      const checkpoint = checkpoints.find(({ name }) => name === projection.name);
      return checkpoint?.version === projection.version
        ? [{ projection, position: checkpoint.position }]
        : [];
    });
    const front = current.reduce((position, each) => latest(position, each.position), START);
    const group = createLiveGroup(front, {
      ...options,
      clock,
      onAdvanced,
      retryInSeconds,
      onLeft: (projection) => start(bringUp(group, projection)),
    });
    // Those in front go together from the start; after a long pause that is all of them, and one read feeds all.
    const together = current.filter(({ position }) => position === front);
    for (const { projection, position } of together) group.join(projection, position);
    for (const projection of projections)
      if (!together.some((each) => each.projection === projection)) start(bringUp(group, projection));
    start(follow(group));
    while (running.size > 0) await Promise.all(running);
  }

  return { done: run() };
}
