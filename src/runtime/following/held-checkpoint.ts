import type { Checkpoint, CheckpointStore } from '../../core/checkpoint-store.js';
import { conflict } from '../../core/errors.js';
import type { Position } from '../../core/position.js';
import type { Clock } from '../clock.js';

/** The checkpoint of who has the turn. */
export interface HeldCheckpoint {
  readonly position: Position;
  /** Saves it, one after another. Throws conflict `overtaken` when somebody else has the turn. */
  save(position: Position): Promise<void>;
  /** Saves it as it is whenever nothing else has for a beat, until the signal fires. Throws as `save` does. */
  beat(signal: AbortSignal): Promise<void>;
}

export function holdCheckpoint(
  taken: Checkpoint,
  options: { readonly checkpoints: CheckpointStore; readonly clock: Clock; readonly beatSeconds: number },
): HeldCheckpoint {
  const { checkpoints, clock, beatSeconds } = options;
  let held = taken;
  let last: Promise<unknown> = Promise.resolve();
  let isFresh = true;

  async function write(position: Position): Promise<void> {
    if (!(await checkpoints.save({ ...held, position })))
      throw conflict('overtaken', `Another process follows the log as ${held.name} now`);
    held = { ...held, version: held.version + 1, position };
    isFresh = true;
  }

  function save(position: Position): Promise<void> {
    const saved = last.then(() => write(position));
    last = saved.catch(() => {});
    return saved;
  }

  return {
    get position() {
      return held.position;
    },
    save,
    async beat(signal) {
      while (!signal.aborted) {
        isFresh = false;
        await clock.sleep(beatSeconds, signal);
        if (signal.aborted || isFresh) continue;
        // Behind a save that is under way there is nothing to say.
        await last;
        if (!isFresh) await save(held.position);
      }
    },
  };
}
