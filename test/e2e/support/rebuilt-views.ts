import { expect } from 'vitest';
import { projections } from '../../../src/projections/index.js';
import { getJson } from './client.js';
import type { Query } from './external-database.js';

interface Status {
  readonly name: string;
  readonly position: string;
  readonly head: string;
  readonly rebuild: { readonly message: string | null } | null;
}

const statuses = async (url: string): Promise<Status[]> =>
  (await getJson<{ items: Status[] }>(`${url}/v1/projections`)).items;

async function rebuild(url: string, name: string) {
  const response = await fetch(`${url}/v1/projections/${name}/rebuild?mode=restart`, { method: 'POST' });
  return { status: response.status, text: await response.text() };
}

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
 * and holds the very rows that it held before; else its tables are named with a row that differs. `url` serves commands
 * and queries; nothing else may be going on.
 */
export async function viewsUnlikeRebuilt(url: string, query: Query): Promise<string[]> {
  await expect
    .poll(async () => (await statuses(url)).filter(({ position, head }) => position < head), {
      timeout: 10_000,
    })
    .toEqual([]);
  const differences: string[] = [];
  for (const { name, tables } of projections) {
    const before = await contents(query, Object.keys(tables));
    // One that somebody asked for before is waited for.
    await expect.poll(async () => rebuild(url, name), { timeout: 30_000 }).toMatchObject({ status: 202 });
    await expect
      .poll(async () => (await statuses(url)).find((status) => status.name === name)?.rebuild, {
        timeout: 30_000,
      })
      .toBeNull();
    const after = await contents(query, Object.keys(tables));
    expect(after.identities, `${name} was swapped`).not.toEqual(before.identities);
    for (const table of Object.keys(tables))
      differences.push(...differenceOf(table, before.rows[table] ?? [], after.rows[table] ?? []));
  }
  return differences;
}

function differenceOf(table: string, before: readonly string[], after: readonly string[]): string[] {
  const [gone, come] = [new Set(after), new Set(before)];
  const live = before.find((row) => !gone.has(row));
  const rebuilt = after.find((row) => !come.has(row));
  return live === undefined && rebuilt === undefined && before.length === after.length
    ? []
    : [`${table} held ${live ?? 'nothing else'}, rebuilt ${rebuilt ?? 'nothing else'}`];
}

export async function expectViewsLikeRebuilt(url: string, query: Query): Promise<void> {
  expect(await viewsUnlikeRebuilt(url, query)).toEqual([]);
}
