import { beforeEach, describe, expect, test } from 'vitest';
import type { PopularItem } from '../../src/core/readers/popularity.js';
import { keepCatalogues } from '../../src/workers/kept-catalogues.js';

const NOW = '2026-11-22T09:00:00.000Z';
const itemOf = (mediaId: string): PopularItem => ({
  ...{ mediaId, type: 'video', tags: [], people: 0, publishedAt: '2026-11-21T09:00:00.000Z' },
});

let published: string[];
let reads: number;
let looks: number;
let readTakes: () => Promise<void>;
beforeEach(() => {
  published = ['a'];
  reads = 0;
  looks = 0;
  readTakes = async () => {};
});

const catalogues = () => {
  const catalogueOf = keepCatalogues({
    async mostPopular() {
      reads += 1;
      const found = published.map(itemOf);
      await readTakes();
      return found;
    },
    async standing() {
      looks += 1;
      return published.join();
    },
  });
  return async (position: string | undefined) =>
    (await catalogueOf('video', { position, now: NOW })).items.map(({ itemId }) => itemId);
};

describe('the catalogue', () => {
  test('is read once, and again when what is published has changed', async () => {
    const at = catalogues();
    expect([await at('1'), await at('2'), reads]).toEqual([['a'], ['a'], 1]);
    published = ['a', 'b'];
    expect([await at('3'), reads]).toEqual([['a', 'b'], 2]);
  });

  test('is not looked after for what lies before what it is known to hold', async () => {
    const at = catalogues();
    await at('5');
    const before = looks;
    await Promise.all([at('5'), at('4'), at('1')]);
    expect([looks, reads]).toEqual([before, 1]);
    await at(undefined);
    expect(looks).toBe(before + 1);
  });

  test('that is being read for somebody else is looked at again by whom it was begun too early for', async () => {
    const at = catalogues();
    const slow = Promise.withResolvers<void>();
    readTakes = () => slow.promise;
    const first = at('1');
    await new Promise(setImmediate);
    published = ['a', 'b'];
    const second = at('2');
    readTakes = async () => {};
    slow.resolve();
    expect(await first).toContain('a');
    expect(await second).toEqual(['a', 'b']);
  });

  test('tells how old items are', async () => {
    const catalogueOf = keepCatalogues({
      mostPopular: async () => [itemOf('a'), { ...itemOf('b'), publishedAt: null }],
      standing: async () => '',
    });
    const { items } = await catalogueOf('video', { position: '1', now: NOW });
    expect(items.map(({ ageDays }) => ageDays)).toEqual([1, null]);
  });
});
