import { projections } from '../../src/projections/index.js';

/** Names of the views whose tables an SQL text names, sorted. */
export function viewsIn(sql: string): string[] {
  const words = new Set(sql.match(/\w+/g));
  return projections
    .filter(({ tables }) => Object.keys(tables).some((table) => words.has(table)))
    .map(({ name }) => name)
    .toSorted();
}
