import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import { positionAt } from '../../../../src/core/numbered-position.js';
import type { Row, RowOperation } from '../../../../src/core/projection.js';
import { foldRowOperations } from '../../../../src/runtime/projection/fold-row-operations.js';
import { createTestDatabase } from '../../../support/database.js';
import { createSampleTables, sampleTables } from '../../../support/sample-projection.js';

const database = await createTestDatabase();
const store = createPostgresProjectionStore({ pool: database.pool });
beforeAll(async () => {
  await createSampleTables(database.pool, 'folded');
  await createSampleTables(database.pool, 'single');
  await store.load([
    { name: 'folded', version: 1 },
    { name: 'single', version: 1 },
  ]);
});
afterAll(() => database.drop());

let place = 0;
const position = (at: number) => (at === 0 ? '' : positionAt(at));

/** Applies batches one after another, each in one transaction with its checkpoint. */
async function apply(name: string, start: number, batches: readonly (readonly RowOperation[])[]) {
  for (const [index, operations] of batches.entries()) {
    const from = position(start + index);
    const changes = foldRowOperations(sampleTables(name), operations);
    const moved = await store.advance([{ name, version: 1, from, changes }], position(start + index + 1));
    expect(moved).toEqual(new Set([name]));
  }
}

async function rowsOf(name: string) {
  const { rows: items } = await database.pool.query(
    `select id, title, state, plays::integer, likes, details, search from ${name}_items order by id`,
  );
  const { rows: tags } = await database.pool.query(
    `select item_id, tag, weight::integer from ${name}_tags order by item_id, tag`,
  );
  return { items, tags };
}

const defaults = { state: 'new', plays: 0, likes: null, details: null };

/** What the words of `RowOperation` mean, without any database. */
function model(operations: readonly RowOperation[]) {
  const tables = { items: new Map<string, Row>(), tags: new Map<string, Row>() };
  for (const operation of operations) {
    const name = Object.values(operation)[0] as string;
    const items = name.endsWith('items');
    const table = items ? tables.items : tables.tags;
    const id = JSON.stringify(operation.key);
    const found = table.get(id);
    if ('put' in operation)
      table.set(id, { ...(items ? defaults : { weight: 0 }), ...operation.row, ...operation.key });
    else if ('patch' in operation) found && table.set(id, { ...found, ...operation.row });
    else if ('patchIfNewer' in operation) {
      const known = found?.[operation.by] as number | null | undefined;
      if (found && (known == null || known <= Number(operation.row[operation.by])))
        table.set(id, { ...found, ...operation.row });
    } else if ('increment' in operation) {
      const row: Record<string, unknown> = { ...(found ?? { weight: 0, ...operation.key }) };
      for (const [column, by] of Object.entries(operation.by)) row[column] = Number(row[column] ?? 0) + by;
      table.set(id, row as Row);
    } else
      for (const [key, row] of table)
        if (Object.entries(operation.key).every(([column, value]) => row[column] === value))
          table.delete(key);
  }
  const sorted = (rows: ReadonlyMap<string, Row>) =>
    [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { items: sorted(tables.items), tags: sorted(tables.tags) };
}

const id = fc.constantFrom('a', 'b', 'c');
const tag = fc.constantFrom('x', 'y', 'z');
const itemColumns = {
  state: fc.constantFrom('new', 'done'),
  plays: fc.integer({ min: 0, max: 9 }),
  likes: fc.option(fc.integer({ min: 0, max: 9 })),
  details: fc.option(fc.record({ list: fc.array(fc.string(), { maxLength: 2 }) })),
};
const text = fc.string({ unit: 'grapheme' });
const amounts = fc.record({ plays: fc.integer({ min: -5, max: 5 }), likes: fc.nat(5) }, { requiredKeys: [] });

/** Operations in the words of a table name prefix. */
const operationOf = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, text, fc.record(itemColumns, { requiredKeys: [] }))
      .map(([id, title, row]) => ({ put: 'items', key: { id }, row: { ...row, title } })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, fc.record({ ...itemColumns, title: text }, { requiredKeys: [] }))
      .map(([id, row]) => ({ patch: 'items', key: { id }, row })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, fc.nat(9), fc.record({ state: itemColumns.state }, { requiredKeys: [] }))
      .map(([id, likes, row]) => ({
        patchIfNewer: 'items',
        key: { id },
        by: 'likes',
        row: { ...row, likes },
      })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(id, fc.nat(9), text).map(([id, plays, title]) => ({
      patchIfNewer: 'items',
      key: { id },
      by: 'plays',
      row: { plays, title },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(id, tag, fc.nat(9)).map(([item_id, tag, weight]) => ({
      patchIfNewer: 'tags',
      key: { item_id, tag },
      by: 'weight',
      row: { weight },
    })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(id, amounts).map(([id, by]) => ({ increment: 'items', key: { id }, by })),
  },
  { weight: 1, arbitrary: id.map((id) => ({ remove: 'items', key: { id } })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, tag, fc.nat(9))
      .map(([item_id, tag, weight]) => ({ put: 'tags', key: { item_id, tag }, row: { weight } })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(id, tag, fc.nat(9))
      .map(([item_id, tag, weight]) => ({ patch: 'tags', key: { item_id, tag }, row: { weight } })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, tag, fc.nat(9))
      .map(([item_id, tag, weight]) => ({ increment: 'tags', key: { item_id, tag }, by: { weight } })),
  },
  {
    weight: 1,
    arbitrary: fc
      .oneof(
        fc.tuple(id, tag).map(([item_id, tag]) => ({ item_id, tag })),
        id.map((item_id) => ({ item_id })),
        tag.map((tag) => ({ tag })),
      )
      .map((key) => ({ remove: 'tags', key })),
  },
);

const withPrefix = (prefix: string, operation: object): RowOperation => {
  const [[kind, table] = [], ...rest] = Object.entries(operation);
  return Object.fromEntries([[kind, `${prefix}_${table}`], ...rest]) as RowOperation;
};

/** An increment cannot create an item, whose title is required: it gets one first. */
const startingRows = ['a', 'b', 'c'].map((id) => ({ put: 'items', key: { id }, row: { title: id } }));

test('applying a folded batch has the effect of applying its operations one by one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operationOf, { minLength: 1, maxLength: 25 }), async (generated) => {
      const removed = new Set<string>();
      // An increment of a removed item would lack its title in every way of applying it.
      const operations = generated.filter((operation) => {
        const target = JSON.stringify(operation.key);
        if ('put' in operation) removed.delete(target);
        if ('remove' in operation) removed.add(target);
        return !('increment' in operation && operation.increment === 'items' && removed.has(target));
      });
      await database.pool.query('truncate folded_items, folded_tags, single_items, single_tags');
      const all = [...startingRows, ...operations];
      const half = Math.floor(operations.length / 2);
      const inHalves = [startingRows, operations.slice(0, half), operations.slice(half)];
      const steps = all.length;
      await apply(
        'single',
        place,
        all.map((operation) => [withPrefix('single', operation)]),
      );
      await apply('folded', place, [
        ...inHalves.map((batch) => batch.map((operation) => withPrefix('folded', operation))),
        ...Array.from({ length: Math.max(0, steps - inHalves.length) }, () => []),
      ]);
      place += Math.max(steps, inHalves.length);
      const folded = await rowsOf('folded');
      expect(folded).toEqual(await rowsOf('single'));
      const expected = model(all.map((operation) => withPrefix('model', operation)));
      expect(folded.tags).toEqual(expected.tags);
      expect(folded.items).toMatchObject(expected.items);
    }),
    { numRuns: 60 },
  );
}, 60_000);
