import { expect, test } from 'vitest';
import {
  withoutNeedless,
  withoutOrder,
} from '../../../../../src/adapters/postgres/readers/search/text-query.js';

test.each([
  ["'said' | 'said' <-> 'he' | 'said' <-> 'here'", "'said'"],
  ["'said' <-> 'he' | 'said' <-> 'here'", "'said' <-> 'he' | 'said' <-> 'here'"],
  ["'a' <2> 'film' | 'film'", "'film'"],
  ["'run' | 'runner' <-> 'up'", "'run' | 'runner' <-> 'up'"],
  ["'one'", "'one'"],
])('of the ways to write a term, %s, those are looked for that find something more', (all, needed) => {
  expect(withoutNeedless(all)).toBe(needed);
});

test.each([
  ["'old' <-> 'garden' | 'old' <2> 'garden'", "'old' & 'garden' | 'old' & 'garden'"],
  ["'one' | 'two'", "'one' | 'two'"],
])('what has %s has %s', (phrases, words) => {
  expect(withoutOrder(phrases)).toBe(words);
});
