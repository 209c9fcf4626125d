import type { JsonValue } from '../../core/json.js';
import type { Row } from '../../core/projection.js';

/** What is to be set where nothing newer is there, by the column that tells how new it is. */
export type NewerPatches = Map<string, Row>;

const isNewerOrSame = (value: JsonValue | undefined, than: JsonValue | undefined): boolean =>
  typeof value === typeof than && value != null && than != null ? value >= than : true;

const sameColumns = (a: Row, b: Row): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((column) => column in b);

/**
 * Adds a patch, so that of those by the same column the newest is left, and of two that are as new the later one. False
 * when one round cannot say it: another patch sets some of these columns under other conditions.
 */
export function addNewerPatch(patches: NewerPatches, by: string, row: Row): boolean {
  const known = patches.get(by);
  if (known && !sameColumns(known, row)) return false;
  if (setsAnyOf(patches, Object.keys(row), by)) return false;
  if (!known || isNewerOrSame(row[by], known[by])) patches.set(by, row);
  return true;
}

/** Whether any of these patches, but the one `by` a column, sets one of the columns. */
export const setsAnyOf = (patches: NewerPatches, columns: readonly string[], by?: string): boolean =>
  [...patches].some(
    ([other, row]) => other !== by && columns.some((column) => column === other || column in row),
  );
