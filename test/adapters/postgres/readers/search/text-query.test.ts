import { expect, test } from 'vitest';
import { withoutNeedless } from '../../../../../src/adapters/postgres/readers/search/text-query.js';

test.each([
  ["'said' | 'said' <-> 'he' | 'said' <-> 'here'", "'said'"],
  ["'said' <-> 'he' | 'said' <-> 'here'", "'said' <-> 'he' | 'said' <-> 'here'"],
  ["'a' <2> 'film' | 'film'", "'film'"],
  ["'run' | 'runner' <-> 'up'", "'run' | 'runner' <-> 'up'"],
  ["'one'", "'one'"],
])('of the ways to write a term, %s, those are looked for that find something more', (all, needed) => {
  expect(withoutNeedless(all)).toBe(needed);
});
