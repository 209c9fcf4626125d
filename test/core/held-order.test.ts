import { expect, test } from 'vitest';
import { heldOrder } from '../../src/core/inference/ranked-candidates.js';

test.each([
  ['all of the list', [2, 0, 1], [2, 0, 1]],
  ['nothing', [], [0, 1, 2]],
  ['some of it, the rest of which keeps its place', [2, 1], [0, 2, 1]],
  ['one of it, which has nowhere to go', [2], [0, 1, 2]],
  ['what is said twice', [1, 1, 0, 1], [1, 0, 2]],
  ['what is in no list', [7, -1, 2, 0.5, Number.NaN, 0], [2, 1, 0]],
])('an order of %s is one of the whole list', (_, said, order) => {
  expect(heldOrder(said, 3)).toEqual(order);
});
