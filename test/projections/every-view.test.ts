import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresProjectionStore } from '../../src/adapters/postgres/projection-store/projection-store.js';
import { positionAt } from '../../src/core/numbered-position.js';
import { START } from '../../src/core/position.js';
import type { RowOperation } from '../../src/core/projection.js';
import type { AnyProjection } from '../../src/core/projection-store.js';
import { eventDefinitions } from '../../src/domain/index.js';
import { projections } from '../../src/projections/index.js';
import { foldRowOperations } from '../../src/runtime/projection/fold-row-operations.js';
import { goldenEvents } from '../kit/golden-events.js';
import { operationsOf } from '../kit/project-rows.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const views: readonly AnyProjection[] = projections;

function tableOf(operation: RowOperation): string {
  if ('put' in operation) return operation.put;
  if ('patch' in operation) return operation.patch;
  if ('patchIfNewer' in operation) return operation.patchIfNewer;
  return 'increment' in operation ? operation.increment : operation.remove;
}

describe.each(views.map((view) => [view.name, view] as const))('the view %s', (_, view) => {
  test('listens to events that there are', () => {
    expect(Object.keys(view.on).filter((type) => !(type in eventDefinitions))).toEqual([]);
  });

  test.each(
    goldenEvents()
      .filter(({ type }) => type in view.on)
      .map((event) => [`${event.type} v${event.schemaVersion}`, event] as const),
  )('changes rows of its own tables by their whole keys on %s', (_type, event) => {
    for (const operation of operationsOf(view, [event])) {
      const keyColumns = view.tables[tableOf(operation)];
      expect(keyColumns, tableOf(operation)).toBeDefined();
      const given = Object.keys(operation.key);
      if ('remove' in operation) expect(keyColumns).toEqual(expect.arrayContaining(given));
      else expect(given.toSorted()).toEqual(keyColumns?.toSorted());
      // A key that is undefined would be no key at all.
      expect(Object.values(operation.key).every((value) => typeof value === 'string')).toBe(true);
    }
  });

  test('says the same about an event each time it is asked', () => {
    const events = goldenEvents();
    expect(operationsOf(view, events)).toEqual(operationsOf(view, events));
  });
});

test('views have names and tables of their own', () => {
  const names = views.map((view) => view.name);
  const tables = views.flatMap((view) => Object.keys(view.tables));
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(tables).size).toBe(tables.length);
});

describe('in PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test.each(views.map((view) => [view.name, view] as const))(
    'every column that %s writes is there and takes what it writes',
    async (name, view) => {
      const store = createPostgresProjectionStore({ pool: database.pool });
      const [checkpoint] = await store.load([view]);
      let from = checkpoint?.position ?? START;
      // Twice, so that the second time every change finds the rows of the first.
      for (const [index, event] of [...goldenEvents(), ...goldenEvents()].entries()) {
        const to = positionAt(index + 1);
        const changes = foldRowOperations(view.tables, operationsOf(view, [event]));
        expect([...(await store.advance([{ ...view, from, changes }], to))]).toEqual([name]);
        from = to;
      }
    },
  );
});
