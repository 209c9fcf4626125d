import { expect, test } from 'vitest';
import { sagas } from '../../src/sagas/index.js';

test('processes have names of their own: what is stored of them is stored under these', () => {
  expect(sagas.map((saga) => saga.name)).toEqual([
    'media-processing',
    'recommendation',
    'model-training',
    'forgetting',
    'live-watch',
    'metadata',
  ]);
});
