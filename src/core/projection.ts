import type { DomainEvent, RecordedEvent } from './event.js';
import type { JsonValue } from './json.js';

/** A row or a part of one, column names as in the table. */
export type Row = Readonly<Record<string, JsonValue>>;

/** What a projection wants done to a table, as data, so that a batch can be folded by key and written at once. */
export type RowOperation =
  /** The row is exactly this (columns left out take their defaults). */
  | { readonly put: string; readonly key: Row; readonly row: Row }
  /** These columns of an existing row; nothing happens where there is no row. */
  | { readonly patch: string; readonly key: Row; readonly row: Row }
  /**
   * The same, where column `by` of the row is null or not after `row[by]`: what is told late does not overwrite what
   * happened later. `row[by]` is an instant or a number, and the column has no default.
   */
  | { readonly patchIfNewer: string; readonly key: Row; readonly by: string; readonly row: Row }
  /** Adds to numeric columns; a row that is not there starts at 0. */
  | { readonly increment: string; readonly key: Row; readonly by: Readonly<Record<string, number>> }
  /** Removes every row whose key columns match; a part of the key removes all rows that share it. */
  | { readonly remove: string; readonly key: Row };

export type ProjectionHandlers<E extends DomainEvent> = {
  readonly [Type in E['type']]?: (event: RecordedEvent<Extract<E, { type: Type }>>) => RowOperation[];
};

/** A view: pure functions from an event to row operations. The event filter is the keys of `on`. */
export interface Projection<E extends DomainEvent = DomainEvent> {
  /** Kebab-case; the stem its migration, query and tests share. */
  readonly name: string;
  /** Raised when the rows would come out differently: the next start rebuilds the view. */
  readonly version: number;
  /** Live table name → its key columns. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly on: ProjectionHandlers<E>;
}
