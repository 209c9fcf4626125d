import { expect, test } from 'vitest';
import { unavailable } from '../../../src/core/errors.js';
import type { HotViews, ViewChange } from '../../../src/core/hot-views.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { ProjectionStore } from '../../../src/core/projection-store.js';
import { tellHotViews } from '../../../src/runtime/hot-views/tell-hot-views.js';

const nothing = { removals: [], puts: [], patches: [], increments: [], overwrites: [], newerPatches: [] };
const changesOf = (...ids: readonly string[]) => [
  {
    table: 'media_library',
    keyColumns: ['media_id'],
    ...nothing,
    patches: ids.map((id) => ({ media_id: id })),
  },
  {
    ...{ table: 'media_renditions', keyColumns: ['media_id', 'name'], ...nothing },
    removals: ids.map((id) => ({ media_id: id })),
  },
];

function set(tell: HotViews['tell'] = async () => {}) {
  const happened: unknown[] = [];
  const store = {
    load: async () => [{ name: 'media-library', version: 4, position: '05', rebuilds: 2 }],
    async advance(_advances: unknown, to: string) {
      happened.push(`visible at ${to}`);
      return new Set(['media-library']);
    },
  } as unknown as ProjectionStore;
  const hot: HotViews = {
    get: async () => undefined,
    put: async () => {},
    async tell(changes) {
      happened.push(...changes);
      await tell(changes);
    },
  };
  return { told: tellHotViews(store, [hot], silentLogger), happened };
}
const step = (from: string, to: string, ...subjects: string[]): ViewChange => ({
  ...{ view: 'media-library', rebuilds: 2, from, to, subjects },
});
const advance = (store: ProjectionStore, ...ids: string[]) =>
  store.advance([{ name: 'media-library', version: 4, from: '05', changes: changesOf(...ids) }], '06');

test('whose rows change is told before it is visible, each subject once, with how often the view was rebuilt', async () => {
  const { told, happened } = set();
  await told.load([]);
  expect(await advance(told, 'a', 'b')).toEqual(new Set(['media-library']));
  expect(happened).toEqual([step('05', '05'), step('05', '06', 'a', 'b'), 'visible at 06']);
});

test('a view of which whose rows are whose does not matter is told to have moved, and no subject', async () => {
  const { told, happened } = set();
  await told.load([]);
  await told.advance([{ name: 'trending', version: 2, from: '05', changes: changesOf('a') }], '06');
  expect(happened[1]).toEqual({ view: 'trending', rebuilds: 0, from: '05', to: '06', subjects: [] });
});

test('a cache that cannot be told does not hold the views up', async () => {
  const { told, happened } = set(() => Promise.reject(unavailable('redis_unavailable', 'away')));
  expect(await told.load([])).toHaveLength(1);
  await advance(told, 'a');
  expect(happened.at(-1)).toBe('visible at 06');
});
