import type { Row } from '../../../core/projection.js';
import { quote } from './incoming-rows.js';
import type { RowMerge } from './merge-rows.js';

/** A merge as one row. */
export const flat = ({ key, increment, overwrite, newer }: RowMerge): Row =>
  Object.assign({}, key, increment, overwrite, ...newer.map(({ row }) => row));

/** The same for merges that one statement can write. */
export const shapeOf = ({ increment, overwrite, newer }: RowMerge): string =>
  JSON.stringify([
    Object.keys(increment).sort(),
    Object.keys(overwrite).sort(),
    newer.map(({ by, row }) => [by, Object.keys(row).sort()]).sort(),
  ]);

/**
 * Writes merges of one shape into `table` (quoted) from the rows `incoming`. No `on conflict`: it would ask for every
 * required column, even of rows that are already there. The checkpoint's lock keeps other writers away, so what is not
 * there does not come meanwhile.
 */
export function mergeStatement(like: RowMerge, table: string, from: string, isSameKey: string): string {
  const assignments = [
    ...Object.keys(like.increment).map((column) => {
      const name = quote(column);
      return `${name} = coalesce(live.${name}, 0) + incoming.${name}`;
    }),
    ...Object.keys(like.overwrite).map((column) => `${quote(column)} = incoming.${quote(column)}`),
    ...like.newer.flatMap(({ by, row }) =>
      Object.keys(row).map(
        (column) =>
          `${quote(column)} = case when live.${quote(by)} is null or live.${quote(by)} <= incoming.${quote(by)}
            then incoming.${quote(column)} else live.${quote(column)} end`,
      ),
    ),
  ];
  const columns = Object.keys(flat(like)).map(quote);
  const values = columns.map((column) => `incoming.${column}`).join(', ');
  return `merge into ${table} as live using ${from} on ${isSameKey}
    when matched then ${assignments.length > 0 ? `update set ${assignments.join(', ')}` : 'do nothing'}
    when not matched then insert (${columns.join(', ')}) values (${values})`;
}
