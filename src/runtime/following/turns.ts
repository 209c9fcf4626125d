import type { Checkpoint, CheckpointStore } from '../../core/checkpoint-store.js';
import type { Clock } from '../clock.js';

/** How those who run one consumer take turns. */
export interface TurnTimes {
  /** Who has the turn saves its checkpoint so often, also when there is nothing new. */
  readonly beatSeconds: number;
  /** Whose checkpoint has not changed for so many beats has lost its turn. */
  readonly missedBeats: number;
}

export const TURN_TIMES: TurnTimes = { beatSeconds: 1, missedBeats: 4 };

/**
 * Waits until it is our turn, and takes it: the checkpoint as we have saved it then. Undefined when the signal fired first.
 *
 * Nobody compares clocks, and no lease has a time in it: a checkpoint's version grows with every beat of who has the turn, and
 * whoever sees it stand still takes over by saving it, at which all others are overtaken. Beats are counted as they are
 * looked for, so a process that was paused has not seen a silence that it slept through.
 */
export async function waitForTurn(
  name: string,
  options: {
    readonly checkpoints: CheckpointStore;
    readonly clock: Clock;
    readonly times: TurnTimes;
    readonly signal: AbortSignal;
  },
): Promise<Checkpoint | undefined> {
  const { checkpoints, clock, times, signal } = options;
  let seen = await checkpoints.load(name);
  // Nobody has ever had a turn.
  for (let missed = seen.version === 0 ? times.missedBeats : 0; !signal.aborted; ) {
    if (missed >= times.missedBeats) {
      if (await checkpoints.save(seen)) return { ...seen, version: seen.version + 1 };
      missed = 0;
    }
    await clock.sleep(times.beatSeconds, signal);
    if (signal.aborted) return undefined;
    const now = await checkpoints.load(name);
    missed = now.version === seen.version ? missed + 1 : 0;
    seen = now;
  }
  return undefined;
}
