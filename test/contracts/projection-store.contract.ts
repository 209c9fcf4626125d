import { beforeEach, describe, expect, test } from 'vitest';
import { positionAt } from '../../src/core/numbered-position.js';
import type { RowOperation } from '../../src/core/projection.js';
import type { ProjectionStore, RebuildSession } from '../../src/core/projection-store.js';
import { foldRowOperations } from '../../src/runtime/projection/fold-row-operations.js';
import { sampleProjection, sampleTables } from '../support/sample-projection.js';

export interface ProjectionStoreHarness {
  readonly store: ProjectionStore;
  /** Empty tables of the sample projection under this name. */
  createTables(name: string): Promise<void>;
  /** `id` and `plays` of the items, by id. */
  items(name: string): Promise<{ id: string; plays: number }[]>;
}

/** What every store of views keeps to, whatever it is made of. */
export function describeProjectionStore(adapter: string, harness: ProjectionStoreHarness): void {
  const { store } = harness;
  let count = 0;
  let name = '';

  beforeEach(async () => {
    name = `view${++count}`;
    await harness.createTables(name);
    await store.load([{ name, version: 1 }]);
  });

  const changes = (...operations: RowOperation[]) => foldRowOperations(sampleTables(name), operations);
  const item = (id: string, plays: number): RowOperation => ({
    put: `${name}_items`,
    key: { id },
    row: { title: id, plays },
  });
  const advance = (from: string, to: string, ...operations: RowOperation[]) =>
    store.advance([{ name, version: 1, from, changes: changes(...operations) }], to);
  const positionOf = async () => (await store.load([{ name, version: 1 }]))[0]?.position;
  const rebuild = (resume = true, version = 2) =>
    store.openRebuild(sampleProjection(name, { version }), { resume });
  const fill = (session: RebuildSession, to: string, ...operations: RowOperation[]) =>
    session.advance({
      from: session.position,
      to,
      changes: changes(...operations),
      progress: { head: to, eventsApplied: operations.length, eventsPerSecond: 1, etaSeconds: null },
    });

  describe(`${adapter}: checkpoints`, () => {
    test('a projection that is not known yet begins at the start of the log with its own version', async () => {
      const other = `${name}_other`;
      expect(await store.load([{ name: other, version: 7 }])).toEqual([
        { name: other, version: 7, position: '', rebuilds: 0 },
      ]);
      expect(await store.load([{ name: other, version: 8 }])).toEqual([
        { name: other, version: 7, position: '', rebuilds: 0 },
      ]);
    });

    test('rows and checkpoint move together', async () => {
      expect(await advance('', positionAt(4), item('a', 1))).toEqual(new Set([name]));
      expect(await positionOf()).toBe(positionAt(4));
      expect(await harness.items(name)).toEqual([{ id: 'a', plays: 1 }]);
    });

    test.each([
      ['from another place than the checkpoint', positionAt(1), 1],
      ['for another version', positionAt(4), 2],
    ])('a batch %s changes nothing', async (_, from, version) => {
      await advance('', positionAt(4), item('a', 1));
      const batch = { name, version, from, changes: changes(item('a', 9)) };
      expect(await store.advance([batch], positionAt(5))).toEqual(new Set());
      expect(await positionOf()).toBe(positionAt(4));
      expect(await harness.items(name)).toEqual([{ id: 'a', plays: 1 }]);
    });

    test('a checkpoint never goes back', async () => {
      await advance('', positionAt(4), item('a', 1));
      expect(await advance(positionAt(4), positionAt(3), item('a', 2))).toEqual(new Set());
      expect(await positionOf()).toBe(positionAt(4));
    });

    test('of two writers with the same batch, one writes', async () => {
      const increment: RowOperation = { increment: `${name}_items`, key: { id: 'a' }, by: { plays: 1 } };
      await advance('', positionAt(1), item('a', 0));
      const results = await Promise.all(
        Array.from({ length: 5 }, () => advance(positionAt(1), positionAt(2), increment)),
      );
      expect(results.filter((moved) => moved.has(name))).toHaveLength(1);
      expect(await harness.items(name)).toEqual([{ id: 'a', plays: 1 }]);
    });

    test('a batch that cannot be written leaves rows and checkpoint as they were', async () => {
      const untitled: RowOperation = { put: `${name}_items`, key: { id: 'b' }, row: {} };
      await expect(advance('', positionAt(1), item('a', 1), untitled)).rejects.toMatchObject({
        code: 'projection_write_failed',
      });
      expect(await positionOf()).toBe('');
      expect(await harness.items(name)).toEqual([]);
    });
  });

  describe(`${adapter}: rebuild`, () => {
    test('new rows take the place of the live ones together with version and checkpoint', async () => {
      await advance('', positionAt(4), item('a', 1), item('b', 1));
      const session = await rebuild();
      await fill(session, positionAt(5), item('a', 2));
      expect(await harness.items(name)).toHaveLength(2);
      expect(await session.prepareSwap()).toEqual([
        { table: `${name}_items`, live: 2, rebuilt: 1 },
        { table: `${name}_tags`, live: 0, rebuilt: 0 },
      ]);
      expect(await session.swap()).toBe('swapped');
      await session.close();
      expect(await harness.items(name)).toEqual([{ id: 'a', plays: 2 }]);
      expect(await store.load([{ name, version: 2 }])).toEqual([
        { name, version: 2, position: positionAt(5), rebuilds: 1 },
      ]);
    });

    test('rows that are behind the live ones are not swapped in', async () => {
      await advance('', positionAt(4), item('a', 1));
      const session = await rebuild();
      await fill(session, positionAt(3), item('a', 2));
      expect(await session.swap()).toBe('behind');
      await session.close();
      expect(await harness.items(name)).toEqual([{ id: 'a', plays: 1 }]);
    });

    test('a second rebuild of the same view is refused while the first one runs', async () => {
      const session = await rebuild();
      await expect(rebuild()).rejects.toMatchObject({ kind: 'conflict', code: 'rebuild_running' });
      await expect(store.discardRebuild(name)).rejects.toMatchObject({ code: 'rebuild_running' });
      await session.close();
      await (await rebuild()).close();
    });

    test('what a cancelled rebuild left is resumed, restarted or thrown away', async () => {
      const first = await rebuild();
      await fill(first, positionAt(3), item('a', 1));
      await first.close();
      const resumed = await rebuild();
      expect([resumed.position, resumed.eventsApplied]).toEqual([positionAt(3), 1]);
      await resumed.close();
      const restarted = await rebuild(false);
      expect([restarted.position, restarted.eventsApplied]).toEqual(['', 0]);
      await fill(restarted, positionAt(2));
      await restarted.close();
      await store.discardRebuild(name);
      await store.discardRebuild(name);
      const fresh = await rebuild();
      expect(fresh.position).toBe('');
      await fresh.close();
    });

    test('a rebuild of another version begins again', async () => {
      const first = await rebuild(true, 2);
      await fill(first, positionAt(3), item('a', 1));
      await first.close();
      const other = await rebuild(true, 3);
      expect(other.position).toBe('');
      await other.close();
    });

    test('a release that is older than the view does not rebuild it', async () => {
      const session = await rebuild(true, 3);
      await session.swap();
      await session.close();
      await expect(rebuild(true, 2)).rejects.toMatchObject({ code: 'projection_newer' });
    });
  });
}
