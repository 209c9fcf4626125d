import { afterAll, beforeAll, expect, test } from 'vitest';
import { createListener } from '../../../../src/adapters/postgres/connection/listener.js';
import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import { createPostgresViewNews } from '../../../../src/adapters/postgres/projection-store/view-news.js';
import type { ViewChange } from '../../../../src/core/hot-views.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { positionAt } from '../../../../src/core/numbered-position.js';
import { jobs } from '../../../../src/projections/jobs.js';
import { createTestDatabase } from '../../../support/database.js';

const database = await createTestDatabase();
const store = createPostgresProjectionStore({ pool: database.pool });
const news = createPostgresViewNews({ ...database, logger: silentLogger });
let heard: ViewChange[] = [];
let losses = 0;

/** Resolves once the connection that listens does. */
async function hears(): Promise<void> {
  for (;;)
    if (
      await news.catchUp().then(
        () => true,
        () => false,
      )
    )
      return;
}

/** What was heard before the first view had been loaded. */
let heardOfNoViews: readonly ViewChange[];

beforeAll(async () => {
  news.hear({
    onChanges: (changes) => heard.push(...changes),
    onLost: () => losses++,
  });
  await hears();
  heardOfNoViews = [...heard];
  await store.load([{ name: 'jobs', version: jobs.version }]);
});
afterAll(() => database.drop());

let position = 0;
const at = () => positionAt(position);

/** Moves the view a step on with changes of the rows of these subjects. */
async function step(subjects: readonly string[]): Promise<void> {
  const from = position === 0 ? '' : at();
  position++;
  const puts = subjects.map((subject) => ({
    ...{ subject_id: subject, kind: 'probe', step: 'probe', status: 'queued' },
    ...{ queued_at: '2026-11-29T00:00:00Z', updated_at: '2026-11-29T00:00:00Z' },
  }));
  const nothing = { removals: [], patches: [], increments: [], overwrites: [], newerPatches: [] };
  const changes = [{ table: 'jobs', keyColumns: ['subject_id', 'kind', 'step'], ...nothing, puts }];
  const moved = await store.advance([{ name: 'jobs', version: jobs.version, from, changes }], at());
  expect(moved).toEqual(new Set(['jobs']));
}

test('whose rows a step changes is heard with where the view came from and went to', async () => {
  await step(['a']);
  await news.catchUp();
  heard = [];
  await step(['a', 'b"\\ü']);
  await news.catchUp();
  expect(heard[0]).toEqual({
    ...{ view: 'jobs', rebuilds: 0, subjects: ['a', 'b"\\ü'] },
    ...{ from: positionAt(1), to: positionAt(2) },
  });
});

test('a step that changes more rows than a message holds is heard in several', async () => {
  const subjects = Array.from({ length: 1_000 }, (_, index) => `subject with a long name ${index}`);
  heard = [];
  await step(subjects);
  await news.catchUp();
  const told = heard.filter((change) => change.to === at() && change.from !== at());
  expect(told.length).toBeGreaterThan(1);
  expect(told.flatMap((change) => change.subjects)).toEqual(subjects);
});

test('a step of nobody is heard as well, since a view has moved', async () => {
  const from = at();
  heard = [];
  await step([]);
  await news.catchUp();
  expect(heard[0]).toEqual({ view: 'jobs', rebuilds: 0, from, to: at(), subjects: [] });
});

test('having caught up means to have heard all that was visible, and where every view stands', async () => {
  for (let turn = 0; turn < 20; turn++) {
    heard = [];
    await step([`turn ${turn}`]);
    await news.catchUp();
    expect(heard.some(({ subjects }) => subjects.includes(`turn ${turn}`))).toBe(true);
    expect(heard).toContainEqual({ view: 'jobs', rebuilds: 0, from: at(), to: at(), subjects: [] });
  }
});

test('a rebuild is heard as a view that has been rebuilt once more, with the swap', async () => {
  await step(['before the rebuild']);
  const session = await store.openRebuild(jobs, { resume: false });
  const progress = { head: at(), eventsApplied: 0, eventsPerSecond: 1, etaSeconds: null };
  await session.advance({ from: session.position, to: at(), changes: [], progress });
  await session.prepareSwap();
  await news.catchUp();
  heard = [];
  while ((await session.swap()) !== 'swapped');
  await session.close();
  await news.catchUp();
  expect(heard[0]).toEqual({ view: 'jobs', rebuilds: 1, from: at(), to: at(), subjects: [] });
});

test('what a process of an older release moved is a gap, since nobody knows what it changed', async () => {
  await news.catchUp();
  heard = [];
  position++;
  await database.pool.query(
    `with moved as (update projection_checkpoints set position = $1 where name = 'jobs')
     select pg_notify('mediaflow_projections', $1 || ' jobs')`,
    [at()],
  );
  await news.catchUp();
  expect(heard[0]).toEqual({ view: 'jobs', rebuilds: 1, from: at(), to: at(), subjects: [] });
});

test('one can be caught up before there is any view, and then nothing has changed', () => {
  expect(heardOfNoViews).toEqual([]);
});

test.each(['{', 'null', '{"echo": "a"}', '{"views": 1}'])(
  'a message %s that tells of no views is a loss, not the end',
  async (payload) => {
    const before = losses;
    await database.pool.query('select pg_notify($1, $2)', ['mediaflow_view_news', payload]);
    await news.catchUp();
    expect(losses).toBe(before + 1);
  },
);

test('a connection that ends is a loss, and what is told after it was replaced is heard again', async () => {
  const before = losses;
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mediaflow-listener' and datname = current_database()",
  );
  await expect.poll(() => losses).toBeGreaterThan(before);
  await hears();
  heard = [];
  await step(['after']);
  await news.catchUp();
  expect(heard.flatMap(({ subjects }) => subjects)).toEqual(['after']);
});

test('whoever does not hear is not caught up', async () => {
  const listener = createListener({ connectionString: database.url, logger: silentLogger });
  const deaf = createPostgresViewNews({ pool: database.pool, listener, logger: silentLogger });
  await expect(deaf.catchUp()).rejects.toMatchObject({ code: 'view_news_silent' });
  await listener.close();
});
