import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBoundedMap } from '../../src/core/bounded-map.js';

test('whatever is put in and asked for, it weighs what is in it, and never more than it may', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const action = fc.oneof(
    fc.record({ set: key, weight: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ get: key }),
    fc.record({ remove: key }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const map = createBoundedMap<string, number>(20);
      for (const each of actions) {
        if ('set' in each) map.set(each.set, each.weight, each.weight);
        else if ('get' in each) map.get(each.get);
        else map.delete(each.remove);
        const held = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => map.get(name) ?? []);
        expect(map.weight).toBe(held.reduce((sum, weight) => sum + weight, 0));
        expect(map.weight).toBeLessThanOrEqual(20);
        if ('set' in each) expect(map.get(each.set)).toBe(each.weight);
      }
    }),
  );
});

test('what was asked for since it was looked at last gets a second chance', () => {
  const map = createBoundedMap<string, string>(3);
  for (const name of ['a', 'b', 'c']) map.set(name, name, 1);
  map.get('a');
  map.set('d', 'd', 1);
  expect(['a', 'b', 'c', 'd'].map((name) => map.get(name))).toEqual(['a', undefined, 'c', 'd']);
});

test('what is heavier than everything together is not taken, and what was there under its key is gone', () => {
  const map = createBoundedMap<string, string>(3);
  map.set('a', 'old', 1);
  map.set('a', 'new', 4);
  expect(map.get('a')).toBeUndefined();
  expect(map.weight).toBe(0);
});
