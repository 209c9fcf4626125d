import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256Of } from '../../src/core/bytes-hash.js';
import { trainModel } from '../../src/recommender/model.js';
import { modelFromBlob, modelToBlob } from '../../src/recommender/model-blob.js';
import { packHistory } from '../../src/recommender/packed-history.js';
import { MODEL_PARAMETERS, type ModelParameters } from '../../src/recommender/parameters.js';
import { anyHistory, history, twoGroups } from './histories.js';

const train = (
  interactions: ReturnType<typeof history>,
  parameters: Partial<ModelParameters> = {},
  seed = 1,
) =>
  trainModel(packHistory(interactions), {
    position: '0042',
    parameters: { ...MODEL_PARAMETERS, ...parameters },
    seed,
  });
const hashOf = (...input: Parameters<typeof train>) => sha256Of(modelToBlob(train(...input)));

describe('a model', () => {
  test('is the same, byte for byte, when the same is learnt again, in any order and with repeats', () => {
    fc.assert(
      fc.property(anyHistory, (interactions) => {
        const hash = hashOf(interactions);
        expect(hashOf(interactions)).toBe(hash);
        expect(hashOf([...interactions.toReversed(), ...interactions])).toBe(hash);
      }),
    );
  });

  test('is another one of another history, other parameters or another seed', () => {
    const known = history({ ada: 'a b', ben: 'a b c' });
    const hashes = [
      hashOf(known),
      hashOf([...known, ...history({ cleo: 'a c' })]),
      hashOf(known, { lambda: 7 }),
      hashOf(known, {}, 2),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test.each([
    ['by viewers', history({ ada: 'a b c d', ben: 'd c b a' }), 'dual'],
    ['by items', twoGroups(60), 'primal'],
    ['of nothing', [], 'primal'],
  ] as const)('comes back from a blob as it was: %s', (_, interactions, form) => {
    const model = train([...interactions]);
    expect(model.ease.form).toBe(form);
    const blob = modelToBlob(model);
    expect(modelFromBlob(blob)).toEqual(model);
    // As it comes out of a larger buffer, at an odd place in it.
    const shifted = new Uint8Array(blob.length + 1);
    shifted.set(blob, 1);
    expect(modelFromBlob(shifted.subarray(1))).toEqual(model);
  });

  test('is not read from bytes that are no model, or not whole', () => {
    const blob = modelToBlob(train(history({ ada: 'a b', ben: 'a b' })));
    const illegible = blob.slice().fill(0, 8, 20);
    for (const bad of [
      illegible,
      new Uint8Array(),
      new Uint8Array(100),
      blob.subarray(0, 10),
      blob.subarray(0, -4),
    ])
      expect(() => modelFromBlob(bad)).toThrow(RangeError);
  });

  test('counts people, not how often they did it', () => {
    const { itemIds, people } = train(history({ ada: 'a a a a', ben: 'b', cleo: 'b' }));
    expect([itemIds, [...people]]).toEqual([
      ['a', 'b'],
      [1, 2],
    ]);
  });

  test('has weights for the items most people cared for, where there are more than it may have', () => {
    const { itemIds, easeColumns } = train(history({ ada: 'a b c', ben: 'b c d', cleo: 'c d' }), {
      maximumItems: 2,
    });
    expect(itemIds.filter((_, item) => easeColumns[item] !== -1)).toEqual(['b', 'c']);
  });

  test('learns of a sample of viewers, chosen by the seed, where there are more than it may know', () => {
    const all = twoGroups(60);
    const people = (seed: number) => [...train(all, { maximumViewers: 30 }, seed).people];
    expect(people(1)).toEqual(people(1));
    expect(people(1)).not.toEqual(people(2));
  });

  test('names no viewer', () => {
    const text = new TextDecoder('latin1').decode(modelToBlob(train(history({ ada: 'a b', ben: 'a b' }))));
    expect(text).not.toMatch(/ada|ben/);
  });
});
