import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../../src/adapters/memory/event-store.js';
import { createMemoryLog } from '../../../../src/adapters/memory/memory-log.js';
import { createPostgresEventStore } from '../../../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import { createProjectionStatusReader } from '../../../../src/adapters/postgres/projection-store/status.js';
import { createPositionWaiter } from '../../../../src/adapters/postgres/projection-store/waiter.js';
import { unavailable } from '../../../../src/core/errors.js';
import type { EventStore } from '../../../../src/core/event-store.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { earliest } from '../../../../src/core/position.js';
import type { RowOperation } from '../../../../src/core/projection.js';
import { systemClock } from '../../../../src/runtime/clock.js';
import {
  type RebuildOptions,
  type RebuildStep,
  rebuildProjection,
} from '../../../../src/runtime/projection/rebuild-projection.js';
import { createTestDatabase } from '../../../support/database.js';
import { type StartedProjector, startProjector, until } from '../../../support/projector-harness.js';
import {
  createSampleTables,
  decodeSample,
  sampleEvent,
  sampleProjection,
} from '../../../support/sample-projection.js';
import { runTypeScript, type TypeScriptProcess } from '../../../support/typescript-process.js';

const database = await createTestDatabase();
const { pool } = database;
const store = createPostgresEventStore({ pool, listener: database.listener });
const projectionStore = createPostgresProjectionStore({ pool });
const waiter = createPositionWaiter({ pool, listener: database.listener, logger: silentLogger, store });
const started: StartedProjector[] = [];
const processes: TypeScriptProcess[] = [];
let name = '';
let count = 0;

const ITEMS = 20;

beforeEach(async () => {
  name = `rebuilt${++count}`;
  await createSampleTables(pool, name);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((projector) => projector.stop()));
  for (const { child } of processes.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  waiter.close();
  await store.close();
  await database.drop();
});

/** Every event makes sure of all items, stamped with the release that wrote them, and plays one. */
const view = (version: number) =>
  sampleProjection(name, {
    version,
    on: {
      [`Played${name}`]: (event: { data: { item: number } }): RowOperation[] => [
        ...Array.from(
          { length: event.data.item === 0 ? ITEMS : 0 },
          (_, item): RowOperation => ({
            patch: `${name}_items`,
            key: { id: `i${item}` },
            row: { title: 't', state: `v${version}` },
          }),
        ),
        { increment: `${name}_items`, key: { id: `i${event.data.item}` }, by: { plays: 1 } },
      ],
      [`Began${name}`]: (): RowOperation[] =>
        Array.from({ length: ITEMS }, (_, item) => ({
          put: `${name}_items`,
          key: { id: `i${item}` },
          row: { title: 't', state: `v${version}` },
        })),
    },
  });

const began = () => store.append(name, [sampleEvent(`Began${name}`)], 'any');
const played = (events: number) =>
  store.append(
    name,
    Array.from({ length: events }, (_, index) => sampleEvent(`Played${name}`, { item: index % ITEMS })),
    'any',
  );
const rebuild = (version: number, options: Partial<RebuildOptions> = {}) =>
  rebuildProjection({
    projection: view(version),
    store,
    projectionStore,
    decode: decodeSample,
    clock: systemClock,
    logger: silentLogger,
    signal: new AbortController().signal,
    rebuildBatchEvents: 100,
    ...options,
  });
const look = async () => {
  const { rows } = await pool.query(
    `select min(state) as oldest, max(state) as newest, count(*)::integer as items, sum(plays)::integer as plays
     from ${name}_items`,
  );
  return rows[0] as { oldest: string; newest: string; items: number; plays: number };
};
const statusOf = async () =>
  (await createProjectionStatusReader({ pool, store })()).find((each) => each.name === name);
const rebuildTables = async () => {
  const { rows } = await pool.query('select tablename from pg_tables where tablename like $1', [
    `${name}%rebuild`,
  ]);
  return rows.length;
};
const startLive = (version: number) => {
  const projector = startProjector(pool, store, [view(version)]);
  started.push(projector);
  return projector;
};

describe('a rebuild', () => {
  test('serves whole views throughout, while the live one goes on, and loses no event', async () => {
    startLive(1);
    await began();
    await waiter.waitFor([name], (await played(800)).position);

    let rebuilding = true;
    let looks = 0;
    const reading = (async () => {
      let plays = 0;
      while (rebuilding) {
        const seen = await look();
        expect(seen).toMatchObject({ items: ITEMS, oldest: seen.newest });
        expect(seen.plays).toBeGreaterThanOrEqual(plays);
        plays = seen.plays;
        looks++;
      }
    })();
    let events = 800;
    const writing = (async () => {
      while (rebuilding) {
        await waiter.waitFor([name], (await played(3)).position);
        events += 3;
      }
    })();
    const steps: RebuildStep[] = [];
    const result = await rebuild(1, { mode: 'restart', onProgress: (step) => steps.push(step) });
    rebuilding = false;
    await Promise.all([reading, writing]);
    await waiter.waitFor([name], (await played(1)).position);

    expect(await look()).toMatchObject({ items: ITEMS, plays: events + 1 });
    expect(looks).toBeGreaterThan(3);
    expect(result).toMatchObject({ name, version: 1, rows: [{ live: ITEMS, rebuilt: ITEMS }, {}] });
    expect(steps.length).toBeGreaterThan(8);
    expect(steps[0]?.eventsPerSecond).toBeGreaterThan(0);
    expect(steps[4]?.etaSeconds).toBeGreaterThanOrEqual(0);
    expect(await rebuildTables()).toBe(0);
  });

  test('of a raised version shows the old rows until it shows all new ones', async () => {
    const old = startLive(1);
    await began();
    await waiter.waitFor([name], (await played(500)).position);
    await old.stop();
    await played(100);

    let rebuilt = false;
    const seen: string[] = [];
    const reading = (async () => {
      while (!rebuilt) {
        const { oldest, newest, items, plays } = await look();
        seen.push(`${oldest} ${newest} ${items} ${plays}`);
      }
    })();
    startLive(2);
    await until(async () => (await statusOf())?.version === 2);
    rebuilt = true;
    await reading;
    expect([...new Set(seen)].filter((line) => line !== `v2 v2 ${ITEMS} 600`)).toEqual([
      `v1 v1 ${ITEMS} 500`,
    ]);
    await waiter.waitFor([name], (await played(1)).position);
    expect(await look()).toMatchObject({ oldest: 'v2', plays: 601 });
  });

  test('of a log whose positions have gaps comes to its end, and says that it does not know when until it is there', async () => {
    const gaps = createMemoryEventStore(createMemoryLog({ systemRecords: 6 }));
    const events = Array.from({ length: 250 }, () => sampleEvent(`Played${name}`, { item: 1 }));
    await gaps.append(name, [sampleEvent(`Began${name}`), ...events], 'no-stream');
    await projectionStore.load([{ name, version: 1 }]);
    const steps: RebuildStep[] = [];
    const result = await rebuild(1, { store: gaps, onProgress: (step) => steps.push(step) });
    expect(steps.map(({ etaSeconds }) => etaSeconds)).toEqual([null, null, 0]);
    expect(result).toMatchObject({ position: await gaps.head(), eventsApplied: 251 });
    expect(await look()).toMatchObject({ items: ITEMS, plays: 250 });
  });

  test('that was cancelled is resumed, begun again or thrown away, as one likes', async () => {
    startLive(1);
    await began();
    await waiter.waitFor([name], (await played(600)).position);
    const cancelAfter = async (batches: number, mode: 'resume' | 'restart') => {
      const cancelling = new AbortController();
      const positions: string[] = [];
      const onProgress = ({ position }: RebuildStep) => {
        if (positions.push(position) === batches) cancelling.abort();
      };
      await expect(rebuild(1, { mode, onProgress, signal: cancelling.signal })).rejects.toMatchObject({
        code: 'rebuild_cancelled',
      });
      return positions;
    };
    const first = await cancelAfter(2, 'resume');
    expect(await statusOf()).toMatchObject({
      status: 'live',
      rebuild: { active: false, position: first[1] },
    });
    const resumed = await cancelAfter(1, 'resume');
    expect(resumed[0] && first[1] && resumed[0] > first[1]).toBe(true);
    expect(await cancelAfter(1, 'restart')).toEqual([first[0]]);

    await projectionStore.discardRebuild(name);
    expect(await rebuildTables()).toBe(0);
    expect((await statusOf())?.rebuild).toBeNull();
    expect(await rebuild(1)).toMatchObject({ eventsApplied: 601 });
    expect(await look()).toMatchObject({ plays: 600, items: ITEMS });
  });

  test('stops at an event it cannot handle and says so, while the live view goes on', async () => {
    startLive(1);
    await began();
    await waiter.waitFor([name], (await played(10)).position);
    const broken = {
      ...view(1),
      on: {
        ...view(1).on,
        [`Played${name}`]: () => {
          throw new Error('cannot play');
        },
      },
    };
    await expect(rebuild(1, { projection: broken })).rejects.toMatchObject({
      name: 'PoisonEventError',
      message: 'cannot play',
      event: { type: `Played${name}` },
    });
    await waiter.waitFor([name], (await played(5)).position);
    expect(await look()).toMatchObject({ plays: 15 });
    expect(await statusOf()).toMatchObject({
      status: 'live',
      rebuild: { active: false, message: 'cannot play' },
    });
  });

  test('whose next page cannot be read gives no connection back in the middle of writing one', async () => {
    await began();
    await played(300);
    const single = new pg.Pool({ connectionString: database.url, max: 1 });
    single.on('error', () => {});
    let pages = 0;
    const failing = {
      head: () => store.head(),
      readAll: async (options: Parameters<EventStore['readAll']>[0]) => {
        if (++pages > 1) throw new Error('cannot be read');
        return store.readAll(options);
      },
    };
    const borrowing = rebuild(1, {
      store: failing,
      projectionStore: createPostgresProjectionStore({ pool: single }),
    }).catch((error: Error) => error.message);
    expect(await borrowing).toBe('cannot be read');
    const client = await single.connect();
    await client.query('select 1');
    expect(client.getTransactionStatus()).toBe('I');
    client.release();
    await single.end();
  });

  test('whose database goes away says so once, and once that it goes on', async () => {
    await began();
    await played(3);
    startLive(1);
    const told: string[] = [];
    const tell = (_: object, message: string) => void told.push(message);
    const away = () => unavailable('projection_store_unavailable', 'The database cannot be reached');
    let opened = 0;
    const result = await rebuild(1, {
      logger: { ...silentLogger, info: tell, warn: tell },
      projectionStore: {
        ...projectionStore,
        async openRebuild(...asked) {
          if (++opened > 1 && opened < 4) throw away();
          const session = await projectionStore.openRebuild(...asked);
          const isFirst = opened === 1;
          return {
            ...session,
            advance: async (step) => (isFirst ? Promise.reject(away()) : session.advance(step)),
          };
        },
      },
    });
    expect(result.rows[0]?.rebuilt).toBe(ITEMS);
    expect(opened).toBe(4);
    expect(told).toEqual(['Rebuild waits for its database', 'Rebuild goes on']);
  });

  test('from a log that lacks what the live view has seen is refused', async () => {
    startLive(1);
    await began();
    await waiter.waitFor([name], (await played(10)).position);
    const end = (await played(5)).position;
    await waiter.waitFor([name], (await played(5)).position);
    const shorter = {
      head: async () => end,
      readAll: async (options: Parameters<EventStore['readAll']>[0]) => {
        const { events, position } = await store.readAll(options);
        return { events: events.filter((event) => event.position <= end), position: earliest(position, end) };
      },
    };
    await expect(rebuild(1, { store: shorter })).rejects.toMatchObject({ code: 'rebuild_log_mismatch' });
    const empty = {
      head: async () => '',
      readAll: async ({ after }: { after: string }) => ({ events: [], position: after }),
    };
    await expect(rebuild(1, { store: empty, mode: 'restart' })).rejects.toMatchObject({
      code: 'rebuild_empty',
    });
    expect(await look()).toMatchObject({ plays: 20 });
  });
});

describe('another process', () => {
  const run = (task: string) => {
    const child = runTypeScript(new URL('./projection-process.ts', import.meta.url), [
      database.url,
      name,
      task,
    ]);
    processes.push(child);
    return child;
  };
  const play = (): RowOperation => ({ increment: `${name}_items`, key: { id: 'a' }, by: { plays: 1 } });
  const appendPlays = (events: number) =>
    store.append(
      `${name}-plays`,
      Array.from({ length: events }, () => sampleEvent('RowsChanged', { operations: [play()] as never })),
      'any',
    );

  test('that rebuilds keeps others from it until it is killed, and what it did is resumed', async () => {
    const { position } = await store.append(
      `${name}-plays`,
      [
        sampleEvent('RowsChanged', {
          operations: [{ put: `${name}_items`, key: { id: 'a' }, row: { title: 'a' } }] as never,
        }),
      ],
      'any',
    );
    for (let index = 0; index < 5; index++) await appendPlays(1000);
    await projectionStore.load([{ name, version: 1 }]);
    await projectionStore.advance([{ name, version: 1, from: '', changes: [] }], position);
    const child = run('rebuild');
    const reached = await child.readJsonLine<RebuildStep>();
    const projection = sampleProjection(name);
    await expect(rebuild(1, { projection })).rejects.toMatchObject({ code: 'rebuild_running' });
    child.child.kill('SIGKILL');
    await child.ended;
    const steps: RebuildStep[] = [];
    await until(() =>
      rebuild(1, { projection, onProgress: (step) => steps.push(step) }).catch((error: { code?: string }) => {
        if (error.code !== 'rebuild_running') throw error;
        return undefined;
      }),
    );
    expect(steps[0] && reached && steps[0].position > reached.position).toBe(true);
    expect(await look()).toMatchObject({ items: 1, plays: 5000 });
  });

  test('that projects can be killed at any moment: every increment counts once', async () => {
    const from = await store.head();
    await projectionStore.load([{ name, version: 1 }]);
    await projectionStore.advance([{ name, version: 1, from: '', changes: [] }], from);
    await store.append(
      `${name}-plays`,
      [
        sampleEvent('RowsChanged', {
          operations: [{ put: `${name}_items`, key: { id: 'a' }, row: { title: 'a' } }] as never,
        }),
      ],
      'any',
    );
    let plays = 0;
    for (let kill = 0; kill < 3; kill++) {
      const child = run('project');
      for (let index = 0; index < 3; index++) await appendPlays(200);
      plays += 600;
      for (let batch = 0; batch <= kill * 3; batch++) await child.readJsonLine();
      child.child.kill('SIGKILL');
      await child.ended;
    }
    run('project');
    // The waiter hears of another process through the database alone.
    await waiter.waitFor([name], await store.head(), { timeoutMilliseconds: 15_000 });
    expect(await look()).toMatchObject({ plays });
  });
});
