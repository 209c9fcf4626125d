import { expect, test } from 'vitest';
import { createExpiringMap } from '../../src/core/expiring-map.js';

test('an entry is there until its time is over, counted from when it was put in last', () => {
  let now = 0;
  const map = createExpiringMap<string, number>({
    capacity: 9,
    lifetimeMilliseconds: 10,
    nowMilliseconds: () => now,
  });
  map.set('a', 1);
  now = 9;
  expect(map.get('a')).toBe(1);
  map.set('a', 2);
  now = 18;
  expect(map.get('a')).toBe(2);
  now = 19;
  expect(map.get('a')).toBeUndefined();
});

test('the oldest makes room', () => {
  const map = createExpiringMap<string, number>({
    capacity: 2,
    lifetimeMilliseconds: 1,
    nowMilliseconds: () => 0,
  });
  for (const [index, key] of ['a', 'b', 'a', 'c'].entries()) map.set(key, index);
  expect(['a', 'b', 'c'].map(map.get)).toEqual([2, undefined, 3]);
});

test('as many of the oldest make room as what comes weighs, and what is heavier than all together is not taken', () => {
  const map = createExpiringMap<string, number>({
    capacity: 10,
    weigh: (weight) => weight,
    lifetimeMilliseconds: 1,
    nowMilliseconds: () => 0,
  });
  const held = () => ['a', 'b', 'c', 'd'].filter((key) => map.get(key) !== undefined);
  map.set('a', 4);
  map.set('b', 4);
  map.set('c', 2);
  expect(held()).toEqual(['a', 'b', 'c']);
  map.set('d', 5);
  expect(held()).toEqual(['c', 'd']);
  map.set('c', 5);
  expect(held()).toEqual(['c', 'd']);
  map.set('a', 11);
  expect(held()).toEqual(['c', 'd']);
  map.delete('d');
  map.set('a', 5);
  expect(held()).toEqual(['a', 'c']);
});
