import type { EventStore } from '../../core/event-store.js';
import type { Logger } from '../../core/logger.js';
import { latest, START } from '../../core/position.js';
import type {
  AdvanceListener,
  AnyProjection,
  ObservePage,
  ProjectionCheckpoint,
  ProjectionStore,
} from '../../core/projection-store.js';
import { type Clock, systemClock } from '../clock.js';
import { limitConcurrency } from '../limit-concurrency.js';
import { createTrouble } from '../trouble.js';
import { bringUp } from './bring-up.js';
import { createLiveGroup, type LiveGroup } from './live-group.js';
import { type Decode, eventTypesOf } from './project-events.js';

export interface ProjectorOptions {
  readonly store: Pick<EventStore, 'readAll' | 'subscribeAll' | 'head' | 'eventsBetween'>;
  readonly projections: readonly AnyProjection[];
  readonly projectionStore: ProjectionStore;
  readonly decode: Decode;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Wakes readers of this process that wait for a position. */
  readonly onAdvanced?: AdvanceListener;
  /** Told of every page, rebuilds left out. */
  readonly observePage?: ObservePage;
  /** Events a batch at most (default 1000). */
  readonly batchEvents?: number;
  /** Wait after so many failures in a row (default 0.2 s, doubling up to 30 s). */
  readonly retryInSeconds?: (failures: number) => number;
}

/** How long a view may stand behind its own checkpoint unnoticed. */
const VERIFY_SECONDS = 5;

export interface RunningProjector {
  /** Resolves when the signal has fired and the last batch is written or dropped; never rejects. */
  readonly done: Promise<void>;
}

/** Keeps views up to date with the log until the signal fires. Any number of processes may run it at once. */
export function runProjector(options: ProjectorOptions): RunningProjector {
  const { store, projections, projectionStore, logger, signal } = options;
  const {
    clock = systemClock,
    onAdvanced = () => {},
    observePage = () => () => {},
    batchEvents = 1000,
    retryInSeconds = (failures: number) => Math.min(30, 0.1 * 2 ** Math.min(failures, 20)),
  } = options;
  /** A projection joins between two pages. */
  const exclusively = limitConcurrency(1);
  const trouble = createTrouble(logger, 'Projections go on');
  const shared = {
    ...{ ...options, clock, onAdvanced, observePage, batchEvents, retryInSeconds },
    ...{ exclusively, trouble },
  };
  const running = new Set<Promise<void>>();

  function start(work: Promise<void>): void {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  }

  async function loadCheckpoints(): Promise<ProjectionCheckpoint[]> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        return await projectionStore.load(projections);
      } catch (error) {
        trouble.failed(error, 'Projections wait for their checkpoints', { failures });
        await clock.sleep(retryInSeconds(failures), signal);
      }
    }
    return [];
  }

  async function follow(group: LiveGroup): Promise<void> {
    const filter = { types: eventTypesOf(projections) };
    for (let failures = 0; !signal.aborted; ) {
      try {
        const after = group.position;
        for await (const page of store.subscribeAll({ after, filter, limit: batchEvents, signal })) {
          await exclusively(() => group.apply(page, page.events.length >= batchEvents));
          failures = 0;
          if (signal.aborted) return;
        }
        if (!signal.aborted) throw new Error('The subscription ended by itself');
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        trouble.failed(error, 'Projections lost the log, trying again', { failures });
        await clock.sleep(retryInSeconds(failures), signal);
      }
    }
  }

  /**
   * Views do not wait for the disk, so a database that crashes may take back their last moment. The next event would
   * show that, and that the database is away at all; this does when there is none.
   */
  async function verify(group: LiveGroup): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(VERIFY_SECONDS, signal);
      if (signal.aborted) return;
      await exclusively(() => group.verify()).then(trouble.succeeded, (error: unknown) => {
        if (!signal.aborted) trouble.failed(error, 'Projections wait for their database');
      });
    }
  }

  async function run(): Promise<void> {
    const checkpoints = await loadCheckpoints();
    if (signal.aborted) return;
    const current = projections.flatMap((projection) => {
      const checkpoint = checkpoints.find(({ name }) => name === projection.name);
      return checkpoint?.version === projection.version
        ? [{ projection, position: checkpoint.position }]
        : [];
    });
    const front = current.reduce((position, each) => latest(position, each.position), START);
    const group = createLiveGroup(front, {
      ...shared,
      onLeft: (projection) => start(bringUp(group, projection, shared)),
    });
    // Those in front go together from the start; after a long pause that is all of them, and one read feeds all.
    const together = current.filter(({ position }) => position === front);
    for (const { projection, position } of together) group.join(projection, position);
    for (const projection of projections)
      if (!together.some((each) => each.projection === projection)) start(bringUp(group, projection, shared));
    start(follow(group));
    start(verify(group));
    while (running.size > 0) await Promise.all(running);
  }

  return { done: run() };
}
