import type { Position } from './position.js';

/** How far a view is. Rows of before and after a rebuild of it are of different views, whatever their position. */
export interface ViewMark {
  readonly view: string;
  /** How often it had been rebuilt. */
  readonly rebuilds: number;
  readonly position: Position;
}

/** What an answer was made of: rows of a view, at a position that all of them had reached. */
export interface MadeOf extends ViewMark {
  /** Whose rows: ids of media items and viewers. */
  readonly subjects: readonly string[];
}

/** An answer that is ready to be sent. */
export interface HotEntry {
  readonly madeOf: readonly MadeOf[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An entry with the time that is left to it. */
export interface FoundEntry {
  readonly entry: HotEntry;
  readonly leftMilliseconds: number;
}

/** An entry in this process, which can be asked again whether it still holds. */
export interface KeptEntry {
  readonly entry: HotEntry;
  /** Milliseconds, on the clock of this process. */
  readonly expiresAt: number;
}

/** A view goes from one position to the next, and rows of these subjects change. */
export interface ViewChange {
  readonly view: string;
  readonly rebuilds: number;
  readonly from: Position;
  readonly to: Position;
  readonly subjects: readonly string[];
}

/**
 * A cache of answers that never gives one that is older than what it was told of. It may forget whatever it likes at any
 * time, and is never the only one to know anything.
 *
 * Whoever moves a view tells it before the rows change for others. What an entry is made of has to be at least as new
 * as the last change of each subject: so a reader that began before a change can put back nothing older, however late it
 * comes. A change that does not begin where the last one ended says that something was missed, and ends all entries of the view.
 */
export interface HotViews {
  /**
   * Undefined when there is none, or none that holds for views as far as the caller knows them to be: where the cache has
   * not been told that much, it has missed something. Throws `unavailable` when it cannot be asked.
   */
  get(key: string, known: readonly ViewMark[]): Promise<FoundEntry | undefined>;
  /**
   * Keeps the entry for so long at most, unless it is older than what is there or than what has been told of its
   * subjects. The first entry of a subject may be refused where that is the only way to be sure.
   */
  put(key: string, entry: HotEntry, lifetimeMilliseconds: number): Promise<void>;
  /** Repeating it is harmless. */
  tell(changes: readonly ViewChange[]): Promise<void>;
}

/** Hot views in this process, which answer at once. */
export interface LocalHotViews extends HotViews {
  /** As `get`. */
  look(key: string, known?: readonly ViewMark[]): KeptEntry | undefined;
  /** As `put`; undefined where it is refused. */
  keep(key: string, entry: HotEntry, lifetimeMilliseconds: number): KeptEntry | undefined;
  /** False too once another was kept in its place: who was answered with that must not see this again. */
  holds(kept: KeptEntry): boolean;
  /** As `tell`. */
  note(changes: readonly ViewChange[]): void;
  /** Something may have been missed of any view: nothing holds, and nothing is taken before it is told of them anew. */
  forgetAll(): void;
}
