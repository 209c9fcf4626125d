/** The right to be the only one who writes to something, for as long as it is held. */
export interface Lock {
  /**
   * Fires when the lock may be another's by now, for example because this process stood still for longer than its lease:
   * its holder writes nothing more. Never where a lock ends with its process alone. Of this lock only: who listens to it
   * is forgotten with it.
   */
  readonly lost: AbortSignal;
  /**
   * Repeating is harmless, and takes nothing from who has the lock by then. Does not throw: what cannot be given back
   * lapses.
   */
  release(): Promise<void>;
}

/**
 * The port to locks, each of which one of all who share the place has at a time, whatever process they are in. A process
 * that dies loses its locks, by itself or after a while. Nobody waits here: who that is worth to asks again.
 */
export interface Locker {
  /** Undefined while somebody has the lock of this key, be it the one who asks. Throws what the place of the locks throws. */
  acquire(key: string): Promise<Lock | undefined>;
}
