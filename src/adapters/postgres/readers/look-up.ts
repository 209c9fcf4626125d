import { isStorable } from '../../../core/storable-text.js';
import type { ReadDatabase } from './read-database.js';

/** Two keep the database busy while the answers of one are put to use. */
const QUERIES_AT_ONCE = 2;
const IDS_A_QUERY = 200;

/**
 * The rows of an id, by a query whose `$1` is a list of ids. Under load, what is asked for while queries are under way
 * goes together in the next one: a caller's query never began before it asked, so it misses nothing written until then.
 */
export function lookUpById<Row extends object>(
  database: ReadDatabase,
  options: { readonly sql: string; readonly idOf: (row: Row) => string },
): (id: string) => Promise<readonly Row[]> {
  const waiting = new Map<string, PromiseWithResolvers<readonly Row[]>>();
  let underWay = 0;

  async function askForWaiting(): Promise<void> {
    if (waiting.size === 0 || underWay >= QUERIES_AT_ONCE) return;
    const asked = [...waiting].slice(0, IDS_A_QUERY);
    for (const [id] of asked) waiting.delete(id);
    underWay++;
    try {
      const rows = await database.query<Row>(options.sql, [asked.map(([id]) => id)]);
      const byId = Map.groupBy(rows, options.idOf);
      for (const [id, { resolve }] of asked) resolve(byId.get(id) ?? []);
    } catch (error) {
      for (const [, { reject }] of asked) reject(error);
    } finally {
      underWay--;
      void askForWaiting();
    }
  }

  return (id) => {
    // PostgreSQL refuses such text, and the whole list with it.
    if (!isStorable(id)) return Promise.resolve([]);
    const same = waiting.get(id);
    if (same) return same.promise;
    const asked = Promise.withResolvers<readonly Row[]>();
    waiting.set(id, asked);
    void askForWaiting();
    return asked.promise;
  };
}
