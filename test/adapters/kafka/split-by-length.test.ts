import { expect, test } from 'vitest';
import { splitByLength } from '../../../src/adapters/kafka/publisher/split-by-length.js';

test.each<[string, number[], number[][]]>([
  ['nothing is no part', [], []],
  ['what fits is one part', [3, 3, 4], [[3, 3, 4]]],
  ['what does not fit begins the next', [3, 8, 2, 1], [[3], [8, 2], [1]]],
  ['what is too long for any is alone', [1, 50, 1], [[1], [50], [1]]],
])('%s', (_, lengths, parts) => {
  const items = lengths.map((length) => ({ value: 'x'.repeat(length) }));
  expect([...splitByLength(items, 10)].map((part) => part.map(({ value }) => value.length))).toEqual(parts);
});
