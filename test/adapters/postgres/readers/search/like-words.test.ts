import { expect, test } from 'vitest';
import { likeWords } from '../../../../../src/adapters/postgres/readers/search/like-words.js';

test.each<[string, string[], string[]]>([
  ['zebar', ['zebra', 'bar', 'zen'], ['zebra']],
  ['montain', ['mountain', 'maintain', 'fountain'], ['mountain']],
  ['elefant', ['elephant', 'cement'], ['elephant']],
  ['osterreich', ['österreich'], ['österreich']],
  ['cat', ['dog'], []],
  ['x', [], []],
])('who types %s may mean, of %j, %j', (typed, words, expected) => {
  expect(likeWords(typed, words)).toEqual(expected);
});
