import { describe, expect, test } from 'vitest';
import type { RowOperation } from '../../../src/core/projection.js';
import { foldRowOperations } from '../../../src/runtime/projection/fold-row-operations.js';

const tables = { items: ['id'], tags: ['item', 'tag'] };
const none = {
  keyColumns: ['id'],
  removals: [],
  puts: [],
  patches: [],
  increments: [],
  overwrites: [],
  newerPatches: [],
};
const key = { id: 'a' };
const put = (row: Record<string, string | number | null>): RowOperation => ({ put: 'items', key, row });
const patch = (row: Record<string, string | number | null>): RowOperation => ({ patch: 'items', key, row });
const increment = (by: Record<string, number>): RowOperation => ({ increment: 'items', key, by });
const newer = (row: Record<string, string | number>, by = 'at'): RowOperation => ({
  patchIfNewer: 'items',
  key,
  by,
  row,
});
const remove: RowOperation = { remove: 'items', key };

describe('folding row operations', () => {
  test.each<[string, RowOperation[], object]>([
    ['the last put wins', [put({ x: 1, y: 1 }), put({ x: 2 })], { puts: [{ id: 'a', x: 2 }] }],
    [
      'a patch after a put becomes part of it',
      [put({ x: 1 }), patch({ y: 2 })],
      { puts: [{ id: 'a', x: 1, y: 2 }] },
    ],
    ['patches merge', [patch({ x: 1 }), patch({ x: 2, y: 2 })], { patches: [{ id: 'a', x: 2, y: 2 }] }],
    ['a removal forgets what came before it', [put({ x: 1 }), remove], { removals: [key] }],
    ['a patch after a removal finds no row', [remove, patch({ x: 1 })], { removals: [key] }],
    ['a put after a removal is a put', [remove, put({ x: 1 })], { puts: [{ id: 'a', x: 1 }] }],
    [
      'an increment after a removal starts at 0',
      [remove, increment({ n: 2 })],
      { puts: [{ id: 'a', n: 2 }] },
    ],
    [
      'increments add up',
      [increment({ n: 2 }), increment({ n: 3, m: -1 })],
      { increments: [{ id: 'a', n: 5, m: -1 }] },
    ],
    [
      'an increment adds to what was put, null counting as 0',
      [put({ n: 1, m: null }), increment({ n: 2, m: 4 })],
      { puts: [{ id: 'a', n: 3, m: 4 }] },
    ],
    [
      'an increment of a column that the put left to its default is left to the database',
      [put({ x: 1 }), increment({ n: 2 })],
      { puts: [{ id: 'a', x: 1 }], increments: [{ id: 'a', n: 2 }] },
    ],
    [
      'a patch before an increment does not need the row, one after it has it',
      [patch({ x: 1 }), increment({ n: 2 }), patch({ n: 7 }), increment({ n: 1, m: 1 })],
      {
        patches: [{ id: 'a', x: 1 }],
        increments: [{ id: 'a', n: 2, m: 1 }],
        overwrites: [{ id: 'a', n: 8 }],
      },
    ],
    [
      'of patches that want to be newer the newest is left, of two that are as new the later',
      [newer({ at: 2, x: 2 }), newer({ at: 3, x: 3 }), newer({ at: 3, x: 4 }), newer({ at: 1, x: 1 })],
      { newerPatches: [{ by: 'at', row: { id: 'a', at: 3, x: 4 } }] },
    ],
    [
      'such patches by other columns stand beside it, and beside what sets none of theirs',
      [
        increment({ n: 1 }),
        newer({ at: 2, x: 2 }),
        newer({ to: 1, y: 1 }, 'to'),
        increment({ n: 1 }),
        patch({ z: 1 }),
      ],
      {
        increments: [{ id: 'a', n: 2 }],
        overwrites: [{ id: 'a', z: 1 }],
        newerPatches: [
          { by: 'at', row: { id: 'a', at: 2, x: 2 } },
          { by: 'to', row: { id: 'a', to: 1, y: 1 } },
        ],
      },
    ],
    [
      'a put or a removal forgets them, and after a removal they find no row',
      [newer({ at: 2, x: 2 }), remove, newer({ at: 3, x: 3 })],
      { removals: [key] },
    ],
  ])('%s', (_, operations, expected) => {
    expect(foldRowOperations(tables, operations)).toEqual([{ table: 'items', ...none, ...expected }]);
  });

  test('a part of a key removes what shares it, and what comes later stays', () => {
    const tag = (item: string, name: string): RowOperation => ({
      put: 'tags',
      key: { item, tag: name },
      row: {},
    });
    expect(
      foldRowOperations(tables, [
        tag('a', 'old'),
        tag('b', 'kept'),
        { remove: 'tags', key: { item: 'a' } },
        tag('a', 'new'),
        { patch: 'tags', key: { item: 'a', tag: 'old' }, row: { x: 1 } },
      ]),
    ).toEqual([
      {
        ...none,
        table: 'tags',
        keyColumns: ['item', 'tag'],
        removals: [{ item: 'a' }],
        puts: [
          { item: 'b', tag: 'kept' },
          { item: 'a', tag: 'new' },
        ],
        patches: [{ item: 'a', tag: 'old', x: 1 }],
      },
    ]);
  });

  test('an increment of a value that only the database reads as a number waits for a round of its own', () => {
    expect(foldRowOperations(tables, [put({ n: '5' }), increment({ n: 1 })])).toEqual([
      { table: 'items', ...none, puts: [{ id: 'a', n: '5' }] },
      { table: 'items', ...none, increments: [{ id: 'a', n: 1 }] },
    ]);
  });

  test.each<[string, RowOperation[]]>([
    ['sets a column that such a patch may have set', [newer({ at: 1, x: 1 }), patch({ x: 2 })]],
    ['sets the column it goes by', [newer({ at: 1, x: 1 }), patch({ at: 2 })]],
    ['sets other columns by the same one', [newer({ at: 1, x: 1 }), newer({ at: 2, y: 1 })]],
    ['sets the same column by another one', [newer({ at: 1, x: 1 }), newer({ to: 2, x: 1 }, 'to')]],
    ['makes the row that it may not have found', [newer({ at: 1, x: 1 }), increment({ n: 1 })]],
  ])('what %s waits for a round of its own', (_, operations) => {
    expect(foldRowOperations(tables, operations)).toHaveLength(2);
  });

  test.each<[string, RowOperation]>([
    ['a patch that does not say how new it is', newer({ x: 1 })],
    ['an unknown table', { put: 'others', key, row: {} }],
    ['a column that is no key', { remove: 'items', key: { title: 'x' } }],
    ['a put with a part of the key', { put: 'tags', key: { item: 'a' }, row: {} }],
    ['a removal without a key', { remove: 'items', key: {} }],
    ['a key without a value', { put: 'items', key: { id: null }, row: {} }],
    ['a patch that changes the key', { patch: 'items', key, row: { id: 'b' } }],
  ])('refuses %s', (_, operation) => {
    expect(() => foldRowOperations(tables, [operation])).toThrowError(
      expect.objectContaining({ code: 'row_operation_invalid' }),
    );
  });

  test('folds many replacements of lists in about linear time', () => {
    const operations = Array.from({ length: 20_000 }, (_, index): RowOperation[] => [
      { remove: 'tags', key: { item: `i${index}` } },
      { put: 'tags', key: { item: `i${index}`, tag: 'x' }, row: {} },
    ]).flat();
    const startedAt = performance.now();
    expect(foldRowOperations(tables, operations)[0]?.puts).toHaveLength(20_000);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
