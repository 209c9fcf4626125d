import { expect } from 'vitest';
import { projections } from '../../../src/projections/index.js';
import { getJson } from './client.js';
import type { Query } from './external-database.js';

interface Status {
  readonly name: string;
  readonly lagEvents: number;
  readonly rebuild: { readonly message: string | null } | null;
}

const statuses = async (url: string): Promise<Status[]> =>
  (await getJson<{ items: Status[] }>(`${url}/v1/projections`)).items;

/** Every row of a view's tables, and which tables they are: a rebuild puts others in their place. */
async function contents(query: Query, tables: readonly string[]) {
  const rows: Record<string, string[]> = {};
  const identities: unknown[] = [];
  for (const table of tables) {
    const all = await query<{ row: string }>(`select to_jsonb(t)::text as row from "${table}" t order by 1`);
    rows[table] = all.map(({ row }) => row);
    identities.push((await query(`select $1::regclass::oid as oid`, [`"${table}"`]))[0]);
  }
  return { rows, identities };
}

/**
 * The strongest word about what projections did under fire: each view is filled anew from the beginning of the log,
 * and holds the very rows that it held before. `url` serves commands and queries; nothing else may be going on.
 */
export async function expectViewsLikeRebuilt(url: string, query: Query): Promise<void> {
  await expect
    .poll(async () => (await statuses(url)).filter(({ lagEvents }) => lagEvents !== 0), { timeout: 10_000 })
    .toEqual([]);
  for (const { name, tables } of projections) {
    const before = await contents(query, Object.keys(tables));
    const response = await fetch(`${url}/v1/projections/${name}/rebuild?mode=restart`, { method: 'POST' });
    expect(response.status, await response.text()).toBe(202);
    await expect
      .poll(async () => (await statuses(url)).find((status) => status.name === name)?.rebuild, {
        timeout: 30_000,
      })
      .toBeNull();
    const after = await contents(query, Object.keys(tables));
    expect(after.identities, `${name} was swapped`).not.toEqual(before.identities);
    expect(after.rows, name).toEqual(before.rows);
  }
}
