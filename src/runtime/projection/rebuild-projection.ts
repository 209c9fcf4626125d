import { conflict, isPassing, MediaFlowError, messageOf, unavailable } from '../../core/errors.js';
import type { AllPage, EventStore } from '../../core/event-store.js';
import type { Logger } from '../../core/logger.js';
import { isAfter, latest, type Position } from '../../core/position.js';
import type {
  AnyProjection,
  ProjectionStore,
  RebuildProgress,
  RebuildSession,
  RowCounts,
  TableChanges,
} from '../../core/projection-store.js';
import type { Clock } from '../clock.js';
import { PoisonEventError } from './catch-up.js';
import { createFold, type Fold } from './fold-row-operations.js';
import { type Decode, eventTypesOf, foldEvents, projectEvents } from './project-events.js';
import { createPace } from './rebuild-pace.js';

export type RebuildStep = Pick<
  RebuildProgress,
  'head' | 'eventsApplied' | 'eventsPerSecond' | 'etaSeconds'
> & {
  readonly name: string;
  readonly position: Position;
};

export interface RebuildOptions {
  readonly projection: AnyProjection;
  readonly store: Pick<EventStore, 'readAll' | 'head' | 'eventsBetween'>;
  readonly projectionStore: ProjectionStore;
  readonly decode: Decode;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Cancels; what is done by then can be resumed or thrown away. */
  readonly signal: AbortSignal;
  /** Whether to go on where a cancelled rebuild stopped (default), or to begin again. */
  readonly mode?: 'resume' | 'restart';
  /** Called after every batch. */
  readonly onProgress?: (step: RebuildStep) => void;
  /** Events written at once at most (default 50 000). */
  readonly rebuildBatchEvents?: number;
}

const PAGE_EVENTS = 2_000;
/** Events on the same rows are written as one change, so a batch waits for more of them up to this many rows. */
const BATCH_ROWS = 4_000;

export interface RebuildResult {
  readonly name: string;
  readonly version: number;
  readonly position: Position;
  readonly eventsApplied: number;
  readonly seconds: number;
  readonly rows: readonly RowCounts[];
}

/**
 * Fills new tables beside the live ones from the beginning of the log and swaps them in, while the live view goes on
 * being read and written. Throws conflict `rebuild_running`, `rebuild_outdated`, `rebuild_empty`,
 * `rebuild_log_mismatch`, unavailable `rebuild_cancelled`, or {@link PoisonEventError}.
 */
export async function rebuildProjection(options: RebuildOptions): Promise<RebuildResult> {
  const { projection, projectionStore, clock, logger, signal } = options;
  const { name } = projection;
  let resume = options.mode !== 'restart';
  let begun = false;
  let failures = 0;
  for (;;) {
    let session: RebuildSession | undefined;
    try {
      session = await projectionStore.openRebuild(projection, { resume });
      begun = true;
      resume = true;
      return await rebuildIn(session, options, () => {
        if (failures > 0) logger.info({ projection: name }, 'Rebuild goes on');
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted)
        throw unavailable('rebuild_cancelled', `The rebuild of ${name} was cancelled`, {}, error);
      // Of a lost connection, the server may hold the lock a little longer.
      const passing =
        isPassing(error) || (error instanceof MediaFlowError && error.code === 'rebuild_running');
      if (!begun || !passing) {
        await session?.recordFailure(messageOf(error)).catch(() => {});
        throw error;
      }
      failures++;
      const told = { projection: name, error: messageOf(error), failures };
      if (failures === 1) logger.warn(told, 'Rebuild waits for its database');
      else logger.debug(told, 'Rebuild waits for its database');
    } finally {
      await session?.close();
    }
    await clock.sleep(Math.min(5, 0.1 * 2 ** failures), signal);
  }
}

async function rebuildIn(
  session: RebuildSession,
  options: RebuildOptions,
  onStep: () => void,
): Promise<RebuildResult> {
  const { projection, store, clock, signal } = options;
  const { name, version } = projection;
  const batchEvents = options.rebuildBatchEvents ?? 50_000;
  const limit = Math.min(PAGE_EVENTS, batchEvents);
  const filter = { types: eventTypesOf([projection]) };
  const read = (after: Position) => store.readAll({ after, filter, limit });
  const pace = createPace(store, session.eventsApplied);
  let position = session.position;
  let rows: readonly RowCounts[] | undefined;
  let waits = 0;

  async function write(events: number, to: Position, changes: readonly TableChanges[]): Promise<void> {
    const progress = await pace(events, to);
    await session.advance({ from: position, to, changes, progress });
    position = to;
    onStep();
    options.onProgress?.({ name, position, ...progress });
  }

  /** While the database writes one batch, the next one is read and folded. */
  async function readToEnd(): Promise<void> {
    let after = position;
    let reading = read(after);
    let writing = Promise.resolve();
    let fold = createFold(projection.tables);
    let events = 0;
    try {
      for (let more = true; more; ) {
        const page = await reading;
        signal.throwIfAborted();
        more = page.events.length >= limit;
        if (more) reading = handledLater(read(page.position));
        foldPage(fold, options, page, after);
        events += page.events.length;
        after = latest(after, page.position);
        if (more && events + limit <= batchEvents && fold.size() < BATCH_ROWS) continue;
        await writing;
        signal.throwIfAborted();
        if (isAfter(after, position)) writing = handledLater(write(events, after, fold.changes()));
        fold = createFold(projection.tables);
        events = 0;
      }
    } finally {
      // Whoever leaves gives the connection back, and it must not be between two statements of a batch.
      await Promise.allSettled([writing]);
    }
    await writing;
  }

  for (;;) {
    const before = position;
    await readToEnd();
    if (!rows) {
      rows = await session.prepareSwap();
      checkRows(name, rows, pace.eventsApplied());
      continue; // counting took a while
    }
    const outcome = await session.swap();
    if (outcome === 'swapped')
      return { name, version, position, eventsApplied: pace.eventsApplied(), seconds: pace.seconds(), rows };
    if (outcome === 'busy') await clock.sleep(Math.min(10, 0.05 * 2 ** waits++), signal);
    else if (position === before && !isAfter(await store.head(), position))
      throw conflict(
        'rebuild_log_mismatch',
        `The live view ${name} has seen events that this log does not hold`,
      );
  }
}

/** Whoever awaits it is told of its failure; nobody does when something else failed first. */
function handledLater<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

function foldPage(fold: Fold, { projection, decode }: RebuildOptions, page: AllPage, after: Position): void {
  try {
    foldEvents(fold, projection, page.events, after, decode);
  } catch (error) {
    const poison = page.events.find((event) => {
      try {
        projectEvents(projection, [event], after, decode);
        return false;
      } catch {
        return true;
      }
    });
    throw poison ? new PoisonEventError(poison, error) : error;
  }
}

/** A view that comes out empty where the live one has rows was rebuilt from the wrong log or by broken code. */
function checkRows(name: string, rows: readonly RowCounts[], eventsApplied: number): void {
  const lost = rows.some(({ live }) => live > 0) && rows.every(({ rebuilt }) => rebuilt === 0);
  if (lost && eventsApplied === 0)
    throw conflict('rebuild_empty', `The rebuilt ${name} is empty and the live one is not`);
}
