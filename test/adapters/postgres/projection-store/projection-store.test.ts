import { afterAll, describe, expect, test } from 'vitest';
import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import { createProjectionStatusReader } from '../../../../src/adapters/postgres/projection-store/status.js';
import { placesBetween, positionAt } from '../../../../src/core/numbered-position.js';
import type { Row, RowOperation } from '../../../../src/core/projection.js';
import { foldRowOperations } from '../../../../src/runtime/projection/fold-row-operations.js';
import { describeProjectionStore } from '../../../contracts/projection-store.contract.js';
import { createTestDatabase } from '../../../support/database.js';
import { until } from '../../../support/projector-harness.js';
import { createSampleTables, sampleProjection, sampleTables } from '../../../support/sample-projection.js';

const database = await createTestDatabase();
const { pool } = database;
const store = createPostgresProjectionStore({ pool });
afterAll(() => database.drop());

describeProjectionStore('PostgreSQL', {
  store,
  createTables: (name) => createSampleTables(pool, name),
  async items(name) {
    const { rows } = await pool.query(`select id, plays::integer from ${name}_items order by id`);
    return rows;
  },
});

async function indexNames(table: string): Promise<string[]> {
  const { rows } = await pool.query('select indexname from pg_indexes where tablename = $1 order by 1', [
    table,
  ]);
  return rows.map(({ indexname }) => indexname);
}

/** Enough of them to be copied, and for several parts of a copy. */
const manyItems = (view: string, row: (index: number) => Row): RowOperation[] =>
  Array.from({ length: 5000 }, (_, index) => ({
    put: `${view}_items`,
    key: { id: `i${index}` },
    row: row(index),
  }));

async function startRebuild(view: string) {
  await createSampleTables(pool, view);
  await store.load([{ name: view, version: 1 }]);
  const session = await store.openRebuild(sampleProjection(view), { resume: true });
  let from = session.position;
  const write = async (place: number, operations: readonly RowOperation[]) => {
    const to = positionAt(place);
    const progress = { head: to, eventsApplied: place, eventsPerSecond: 1, etaSeconds: 0 };
    await session.advance({ from, to, changes: foldRowOperations(sampleTables(view), operations), progress });
    from = to;
  };
  return { session, write };
}

describe('rows that a rebuild writes', () => {
  test('are refused when they name a column that the table has not', async () => {
    const { session, write } = await startRebuild('misnamed');
    await expect(
      write(
        1,
        manyItems('misnamed', () => ({ nonsense: 1 })),
      ),
    ).rejects.toMatchObject({
      code: 'projection_write_failed',
    });
    await write(
      2,
      manyItems('misnamed', () => ({ title: 'a' })),
    );
    expect(await session.swap()).toBe('swapped');
    await session.close();
  });

  test('hold what the live view would hold, whatever is in them', async () => {
    const texts = ['', '\\N', '\\', 'a\tb', 'a\nb\r\n', '\\t', '\\.', '"{,}"', 'ä 🎬', '\b\f\v', "it's"];
    const text = (index: number) => texts[index % texts.length] as string;
    const operations = (view: string) =>
      manyItems(view, (index) => ({
        title: text(index),
        likes: index % 3 === 0 ? null : index,
        details: index % 7 === 0 ? null : { [text(index)]: [text(index + 1), index / 3, true, null] },
        ...(index % 2 === 0 ? { state: text(index + 2) } : {}),
      }));
    const { session, write } = await startRebuild('copied');
    await write(1, operations('copied'));
    expect(await session.swap()).toBe('swapped');
    await session.close();
    await createSampleTables(pool, 'written');
    await store.load([{ name: 'written', version: 1 }]);
    const changes = foldRowOperations(sampleTables('written'), operations('written'));
    await store.advance([{ name: 'written', version: 1, from: '', changes }], positionAt(1));
    const rowsOf = async (view: string) =>
      (await pool.query(`select * from ${view}_items order by id`)).rows as unknown[];
    const written = await rowsOf('written');
    expect(written).toHaveLength(5000);
    expect(await rowsOf('copied')).toEqual(written);
  });

  test('replace those it has written before, of which there may be any number', async () => {
    const { session, write } = await startRebuild('replaced');
    await write(1, manyItems('replaced', (index) => ({ title: 't', plays: index })).slice(0, 1000));
    await write(
      2,
      manyItems('replaced', () => ({ title: 't', plays: 1 })),
    );
    await write(
      3,
      manyItems('replaced', () => ({ title: 't', plays: 2 })),
    );
    expect(await session.swap()).toBe('swapped');
    await session.close();
    const { rows } = await pool.query(
      'select count(*)::integer as items, sum(plays)::integer as plays from replaced_items',
    );
    expect(rows).toEqual([{ items: 5000, plays: 10_000 }]);
  });

  test('that the table refuses leave it as it was before their batch, and the rebuild can go on', async () => {
    const { session, write } = await startRebuild('refused');
    await write(1, manyItems('refused', () => ({ title: 't' })).slice(0, 1000));
    const untitled = manyItems('refused', (index) => ({ title: index === 1100 ? null : 't' })).slice(1000);
    await expect(write(2, untitled)).rejects.toMatchObject({
      code: 'projection_write_failed',
      details: { sqlState: '23502' },
    });
    expect(await session.prepareSwap()).toMatchObject([{ rebuilt: 1000 }, { rebuilt: 0 }]);
    await write(2, manyItems('refused', () => ({ title: 't' })).slice(1000));
    expect(await session.prepareSwap()).toMatchObject([{ rebuilt: 5000 }, { rebuilt: 0 }]);
    await session.close();
  });

  test('over a connection that is lost meanwhile are told of as trouble that passes', async () => {
    const { session, write } = await startRebuild('lost');
    const other = await pool.connect();
    await other.query('begin; lock table lost_items__rebuild in access exclusive mode');
    const writing = write(
      1,
      manyItems('lost', () => ({ title: 't' })),
    );
    const outcome = expect(writing).rejects.toMatchObject({ code: 'projection_store_unavailable' });
    await until(async () => {
      const { rowCount } = await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and query like 'copy "lost%'`,
      );
      return rowCount === 1;
    });
    await outcome;
    await other.query('rollback');
    other.release();
    await session.close();
  });
});

describe('a rebuild in PostgreSQL', () => {
  test('keeps the names of indexes, so that migrations find them', async () => {
    await createSampleTables(pool, 'indexed');
    const before = await indexNames('indexed_items');
    const session = await store.openRebuild(sampleProjection('indexed'), { resume: false });
    expect(await session.swap()).toBe('swapped');
    await session.close();
    expect(await indexNames('indexed_items')).toEqual(before);
    expect(before).toContain('indexed_items_newest');
  });

  test('begins again when a migration has changed the table since', async () => {
    await createSampleTables(pool, 'migrated');
    const projection = sampleProjection('migrated');
    const session = await store.openRebuild(projection, { resume: true });
    const progress = { head: positionAt(3), eventsApplied: 1, eventsPerSecond: 1, etaSeconds: null };
    await session.advance({ from: '', to: positionAt(3), changes: [], progress });
    await pool.query('create index migrated_items_title on migrated_items (title)');
    await expect(session.swap()).rejects.toMatchObject({ code: 'rebuild_outdated' });
    await session.close();
    const again = await store.openRebuild(projection, { resume: true });
    expect(again.position).toBe('');
    await again.close();
  });

  test('waits with the swap while somebody reads for long, and lets others read meanwhile', async () => {
    await createSampleTables(pool, 'busy');
    const session = await store.openRebuild(sampleProjection('busy'), { resume: true });
    const reader = await pool.connect();
    await reader.query('begin; select * from busy_items');
    const swap = session.swap();
    await expect(pool.query('select * from busy_items')).resolves.toMatchObject({ rowCount: 0 });
    expect(await swap).toBe('busy');
    await reader.query('commit');
    reader.release();
    expect(await session.swap()).toBe('swapped');
    await session.close();
  });
});

describe('the status of projections', () => {
  const log = { head: async () => positionAt(9), eventsBetween: placesBetween };
  const list = createProjectionStatusReader({ pool, store: log });
  const statusOf = async (name: string) => (await list()).find((status) => status.name === name);

  test('says where a view stands, what stopped it, and how its rebuild goes', async () => {
    await createSampleTables(pool, 'shown');
    await store.load([{ name: 'shown', version: 1 }]);
    expect(await statusOf('shown')).toMatchObject({ status: 'catching_up', lagEvents: 9, failure: null });
    await store.advance([{ name: 'shown', version: 1, from: '', changes: [] }], positionAt(4));
    expect(await statusOf('shown')).toMatchObject({ status: 'live', position: positionAt(4), lagEvents: 5 });

    const failure = {
      eventId: 'e',
      eventType: 'T',
      position: positionAt(5),
      message: 'no title',
      failedAt: '2026-11-21T09:30:00.000Z',
      attempts: 2,
    };
    await store.recordFailure({ name: 'shown', version: 1 }, failure);
    expect(await statusOf('shown')).toMatchObject({ status: 'failed', failure });

    const session = await store.openRebuild(sampleProjection('shown', { version: 2 }), { resume: true });
    const progress = { head: positionAt(9), eventsApplied: 3, eventsPerSecond: 10, etaSeconds: 0.6 };
    await session.advance({ from: '', to: positionAt(3), changes: [], progress });
    expect(await statusOf('shown')).toMatchObject({
      status: 'rebuilding',
      version: 1,
      rebuild: {
        active: true,
        version: 2,
        position: positionAt(3),
        fraction: 1 / 3,
        message: null,
        ...progress,
      },
    });
    await session.close();
    expect(await statusOf('shown')).toMatchObject({ status: 'failed', rebuild: { active: false } });

    // Moving on is what clears a failure.
    const { position: from = '' } = (await statusOf('shown')) ?? {};
    await store.advance([{ name: 'shown', version: 1, from, changes: [] }], positionAt(9));
    expect(await statusOf('shown')).toMatchObject({ status: 'live', failure: null, lagEvents: 0 });
  });

  test('says that it does not know how far a view is where the event store cannot tell', async () => {
    await createSampleTables(pool, 'untold');
    await store.load([{ name: 'untold', version: 1 }]);
    const session = await store.openRebuild(sampleProjection('untold', { version: 2 }), { resume: true });
    const progress = { head: positionAt(9), eventsApplied: 3, eventsPerSecond: 10, etaSeconds: null };
    await session.advance({ from: '', to: positionAt(3), changes: [], progress });
    const all = await createProjectionStatusReader({ pool, store: { head: log.head } })();
    expect(all.find(({ name }) => name === 'untold')).toMatchObject({
      ...{ status: 'rebuilding', lagEvents: null },
      rebuild: { fraction: null, etaSeconds: null },
    });
    await session.close();
  });
});
