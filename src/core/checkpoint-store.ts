import type { Position } from './position.js';

/** How far a consumer of the log has come that is neither a projection nor a saga: those keep theirs beside what they write. */
export interface Checkpoint {
  /** The consumer. */
  readonly name: string;
  /** Grows by one with every save and is the fence: load it before what you do about the events that follow. */
  readonly version: number;
  /** Every event up to here has been dealt with. */
  readonly position: Position;
}

/**
 * The port to how far consumers are whose work lies elsewhere, such as a relay to a broker. The checkpoint is saved after the
 * work, so that a crash between the two repeats work and leaves none out: the work is done at least once, under ids that
 * make a repeat known.
 *
 * Any number of processes may run one consumer. Of those who loaded the same version one goes on; the others, however long
 * they were paused, cannot take it back. Throws unavailable `checkpoint_store_unavailable` when the outcome is unknown: load again.
 */
export interface CheckpointStore {
  /** Where a consumer stands; one that is not known yet begins at START. */
  load(name: string): Promise<Checkpoint>;

  /**
   * Puts the consumer at a position, further on or back, and its version up by one: true. False, with nothing written, when
   * it is not at `version` any more: somebody else has gone on with it.
   */
  save(checkpoint: Checkpoint): Promise<boolean>;
}
