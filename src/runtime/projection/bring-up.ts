import { MediaFlowError, messageOf } from '../../core/errors.js';
import { isAfter } from '../../core/position.js';
import type { AnyProjection, ProjectionCheckpoint } from '../../core/projection-store.js';
import type { Trouble } from '../trouble.js';
import {
  type CatchUpOptions,
  CheckpointMovedError,
  catchUp,
  failureOf,
  PoisonEventError,
} from './catch-up.js';
import type { LiveGroup } from './live-group.js';
import { type RebuildOptions, rebuildProjection } from './rebuild-projection.js';

export interface BringUpOptions
  extends CatchUpOptions,
    Omit<RebuildOptions, 'projection' | 'mode' | 'store'> {
  readonly store: RebuildOptions['store'];
  readonly trouble: Trouble;
  readonly retryInSeconds: (failures: number) => number;
  /** Runs its work between two pages of the group. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
}

/** How long a process whose release is older than the view waits before it looks again. */
const SUPERSEDED_SECONDS = 10;

/** Brings one projection to where the group is, whatever it takes, and lets it join. Ends with that or the signal. */
export async function bringUp(
  group: LiveGroup,
  projection: AnyProjection,
  options: BringUpOptions,
): Promise<void> {
  const { projectionStore, logger, trouble, clock, signal } = options;
  const { name } = projection;
  let failures = 0;
  let poison: { readonly eventId: string; readonly attempts: number } | undefined;
  let checkpoint: ProjectionCheckpoint | undefined;

  /** True once it has joined. */
  async function attempt(): Promise<boolean> {
    checkpoint = (await projectionStore.load([projection]))[0];
    if (!checkpoint) throw new Error(`${name} has no checkpoint`);
    if (checkpoint.version > projection.version) {
      logger.warn(
        { projection: name, stored: checkpoint.version, known: projection.version },
        'The view belongs to a newer release, this process leaves it alone',
      );
      await clock.sleep(SUPERSEDED_SECONDS, signal);
      return false;
    }
    if (checkpoint.version < projection.version) {
      await rebuildProjection({ ...options, projection, mode: 'resume' });
      return false;
    }
    let { position } = checkpoint;
    for (let more = true; more && !signal.aborted; ) {
      ({ position, more } = await catchUp(options, projection, position));
      failures = 0;
    }
    return options.exclusively(async () => {
      while (isAfter(group.position, position) && !signal.aborted)
        ({ position } = await catchUp(options, projection, position));
      if (!signal.aborted) group.join(projection, position);
      return true;
    });
  }

  async function noteFailure(error: PoisonEventError): Promise<void> {
    const { eventId } = error.event;
    poison = { eventId, attempts: poison?.eventId === eventId ? poison.attempts + 1 : 1 };
    const failure = failureOf(error, poison.attempts, clock);
    logger.error({ projection: name, failure }, 'Projection cannot get past an event');
    // A view whose version was raised in the code still has the old one here.
    const { version } = checkpoint ?? projection;
    await projectionStore
      .recordFailure({ name, version }, failure)
      .catch((lost: unknown) =>
        logger.warn({ error: messageOf(lost) }, 'Could not note why a projection failed'),
      );
  }

  while (!signal.aborted) {
    try {
      if (await attempt()) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof CheckpointMovedError) continue;
      failures++;
      if (error instanceof PoisonEventError) await noteFailure(error);
      else if (!(error instanceof MediaFlowError && error.code === 'rebuild_running'))
        trouble.failed(error, 'Projection waits', { projection: name, failures });
      await clock.sleep(options.retryInSeconds(Math.max(failures, poison?.attempts ?? 0)), signal);
    }
  }
}
