import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CatalogueItem, indexCatalogue } from '../../src/recommender/catalogue.js';
import { trainModel } from '../../src/recommender/model.js';
import { packHistory } from '../../src/recommender/packed-history.js';
import { BLEND, DIVERSITY, MODEL_PARAMETERS } from '../../src/recommender/parameters.js';
import { textOf } from '../../src/recommender/reason.js';
import { createRecommender, type ListRequest } from '../../src/recommender/recommend.js';
import { deepFreeze } from '../kit/deep-freeze.js';
import { anyHistory, history, twoGroups } from './histories.js';

const item = (itemId: string, more: Partial<CatalogueItem> = {}): CatalogueItem => ({
  ...{ itemId, type: 'video', tags: [], people: 0, ageDays: null },
  ...more,
});
const parameters = { ...MODEL_PARAMETERS, lambda: 20 };
const recommenderOf = (interactions: ReturnType<typeof history>, items: readonly CatalogueItem[]) =>
  createRecommender(
    trainModel(packHistory(interactions), { position: null, parameters, seed: 1 }),
    indexCatalogue(deepFreeze(items)),
  );
const plain: Pick<ListRequest, 'limit' | 'diversity'> = {
  limit: 10,
  diversity: { ...DIVERSITY, relevance: 1 },
};
const liked = (...itemIds: string[]) => itemIds.map((itemId) => ({ itemId, weight: 1 }));

const groups = ['a', 'b'].flatMap((group) => Array.from({ length: 10 }, (_, index) => `${group}${index}`));

describe('a list', () => {
  test('of nothing is empty', () => {
    expect(recommenderOf([], [])({ ...plain, tastes: [] })).toEqual([]);
    expect(recommenderOf(history({ ada: 'gone' }), [])({ ...plain, tastes: liked('gone') })).toEqual([]);
  });

  test('is of what people of the same taste care for, because of what was liked', () => {
    const list = recommenderOf(
      twoGroups(200),
      groups.map((each) => item(each)),
    )({ ...plain, limit: 5, tastes: liked('b1', 'b2') });
    for (const { itemId, reason } of list) {
      expect(itemId).toMatch(/^b/);
      expect(reason).toMatchObject({ kind: 'watched', because: expect.stringMatching(/^b[12]$/) });
      expect(textOf(reason)).toBe('Watched by people like you');
    }
    expect(list).toHaveLength(5);
  });

  test('changes at once with what is liked since the model was trained', () => {
    const recommend = recommenderOf(
      twoGroups(200),
      groups.map((each) => item(each)),
    );
    const [before] = recommend({ ...plain, tastes: liked('a1') });
    const [after] = recommend({ ...plain, tastes: liked('a1', 'b1', 'b2', 'b3') });
    expect([before?.itemId.charAt(0), after?.itemId.charAt(0)]).toEqual(['a', 'b']);
  });

  test('of somebody new is of what most people care for', () => {
    const items = [item('quiet'), item('hit', { people: 9 }), item('flop', { people: 1 })];
    const list = recommenderOf([], items)({ ...plain, tastes: [] });
    expect(list.map(({ itemId, reason }) => [itemId, textOf(reason)])).toEqual([
      ['hit', 'Popular now'],
      ['flop', 'Popular now'],
      ['quiet', 'New to you'],
    ]);
  });

  test('compares what is popular within its type: a glance at a picture is no film', () => {
    const items = [
      item('photo', { type: 'image', people: 1000 }),
      item('glimpsed', { type: 'image', people: 500 }),
      item('film', { people: 10 }),
    ];
    const list = recommenderOf([], items)({ ...plain, tastes: [] });
    expect(list.map(({ itemId }) => itemId)).toEqual(['film', 'photo', 'glimpsed']);
  });

  test('shows what nobody has seen yet to whom its tags suit, and the newest of those alike', () => {
    const items = [
      item('liked', { tags: ['dog', 'video'], people: 5 }),
      item('cat', { tags: ['cat', 'video'] }),
      item('old-dog', { tags: ['Dog', 'Video'], ageDays: 90 }),
      item('new-dog', { tags: ['dog', 'video'], ageDays: 1 }),
    ];
    const list = recommenderOf([], items)({ ...plain, tastes: liked('liked') });
    expect(list.map(({ itemId }) => itemId)).toEqual(['new-dog', 'old-dog', 'cat']);
    expect(list[0]?.reason).toEqual({ kind: 'tag', tag: 'dog' });
  });

  test('has what resembles the disliked at its end', () => {
    const items = [
      item('horrid', { tags: ['horror'] }),
      item('another', { tags: ['horror'] }),
      item('plain', { tags: ['sea'] }),
    ];
    const list = recommenderOf([], items)({ ...plain, tastes: [{ itemId: 'horrid', weight: -2 }] });
    expect(list.map(({ itemId }) => itemId)).toEqual(['plain', 'another']);
    expect(list[1]?.reason).toEqual({ kind: 'new' });
  });

  test('leaves items without weights to their neighbours', () => {
    const interactions = history({ ada: 'a b', ben: 'c' });
    const items = ['a', 'b', 'c'].map((each) => item(each));
    const model = trainModel(packHistory(interactions), {
      ...{ position: null, seed: 1 },
      parameters: { ...parameters, minimumPeople: 2 },
    });
    const [first] = createRecommender(model, indexCatalogue(items))({ ...plain, tastes: liked('a') });
    expect(first).toMatchObject({ itemId: 'b', reason: { kind: 'watched', because: 'a' } });
  });

  test('is of one tag where that is asked for, in any case', () => {
    const items = [item('a', { tags: ['comedy'] }), item('b', { tags: ['COMEDY', 'x'] }), item('c')];
    const list = recommenderOf([], items)({ ...plain, tastes: [], tag: 'Comedy' });
    expect(list.map(({ itemId }) => itemId)).toEqual(['a', 'b']);
  });

  test('is what weights say, which are data', () => {
    const items = [item('hit', { people: 9 }), item('fresh', { ageDays: 0 })];
    const first = (weights: typeof BLEND) =>
      recommenderOf([], items)({ ...plain, tastes: [], weights })[0]?.itemId;
    expect(first({ ...BLEND, popularity: 1, freshness: 0 })).toBe('hit');
    expect(first({ ...BLEND, popularity: 0, freshness: 1 })).toBe('fresh');
  });

  test('holds, whatever comes in, what may be shown and was not seen, each once', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const anyTastes = fc.uniqueArray(
      fc.record({ itemId: fc.constantFrom(...ids), weight: fc.constantFrom(-2, 0, 0.3, 1) }),
      { selector: ({ itemId }) => itemId },
    );
    const anyItems = fc.uniqueArray(
      fc.record({
        itemId: fc.constantFrom(...ids),
        type: fc.constantFrom(null, 'video', 'image'),
        tags: fc.array(fc.constantFrom('x', 'Y', '__proto__')),
        people: fc.nat(1000),
        ageDays: fc.constantFrom(null, 0, 3, 4000),
      }),
      { selector: ({ itemId }) => itemId },
    );
    fc.assert(
      fc.property(
        ...([anyHistory, anyItems, anyTastes, fc.subarray(ids), fc.integer({ min: 1, max: 5 })] as const),
        (interactions, items, tastes, hidden, limit) => {
          const isHidden = (itemId: string) => hidden.includes(itemId);
          const list = recommenderOf(interactions, items)({ tastes, limit, isHidden });
          const mayBeShown = items.filter(
            ({ itemId }) => !isHidden(itemId) && !tastes.some((taste) => taste.itemId === itemId),
          );
          expect(list).toHaveLength(Math.min(limit, mayBeShown.length));
          expect(new Set(list.map(({ itemId }) => itemId)).size).toBe(list.length);
          for (const { itemId, score, reason } of list) {
            expect(mayBeShown.map((each) => each.itemId)).toContain(itemId);
            expect(Number.isFinite(score)).toBe(true);
            if (reason.kind === 'watched')
              expect(tastes.some((taste) => taste.itemId === reason.because && taste.weight > 0)).toBe(true);
          }
          expect(
            recommenderOf(interactions.toReversed(), items.toReversed())({ tastes, limit, isHidden }),
          ).toEqual(list);
        },
      ),
    );
  });
});
