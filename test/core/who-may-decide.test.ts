import { expect, test } from 'vitest';
import { hindranceOf } from '../../src/core/who-may-decide.js';

test.each([
  ['the policy decided', [], ['key-1'], null],
  ['another person has a key', ['key-1'], ['key-1', 'key-2'], null],
  ['somebody decided whose key is gone', ['key-9'], ['key-1'], null],
  ['the only key decided', ['key-1'], ['key-1'], 'there is no other key'],
  ['all of them decided together', ['key-1', 'key-2'], ['key-1', 'key-2'], 'key-1 and key-2'],
  ['there are no keys', ['operator'], ['operator'], 'two keys in MEDIAFLOW_API_KEYS'],
] as const)('where %s an appeal has its hindrance', (_, deciders, reviewers, said) => {
  const hindrance = hindranceOf(deciders, reviewers);
  if (said === null) expect(hindrance).toBeNull();
  else expect(hindrance).toContain(said);
});
