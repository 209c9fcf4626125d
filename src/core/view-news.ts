import type { ViewChange } from './hot-views.js';

/** Hears from all processes how views move, right after it is visible, in the order in which it happened. */
export interface ViewNews {
  /** Calls back from now on: with what changed, in one call or several, and when anything may have been missed. */
  hear(hearer: { onChanges(changes: readonly ViewChange[]): void; onLost(): void }): void;
  /**
   * Resolves with all told that was visible as this was called; the last that is told is where every view stands, as a
   * change of nothing. Throws `unavailable` when that takes too long.
   */
  catchUp(): Promise<void>;
}
