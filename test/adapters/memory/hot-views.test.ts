import { expect, test } from 'vitest';
import { createMemoryHotViews } from '../../../src/adapters/memory/hot-views.js';
import { positionAt } from '../../../src/core/numbered-position.js';
import { hotViewsContract } from '../../contracts/hot-views.contract.js';

let now = 0;
const open = (maximumBytes = 10_000_000) =>
  createMemoryHotViews({ maximumBytes, nowMilliseconds: () => now });

hotViewsContract('hot views in this process', {
  open: async () => open(),
  pass(milliseconds) {
    now += milliseconds;
  },
});

const entryAt = (position: number, subjects: readonly string[], body = 'body') => ({
  madeOf: [{ view: 'items', rebuilds: 0, position: positionAt(position), subjects }],
  headers: {},
  body,
});
const step = (from: number, to: number, subjects: readonly string[] = []) => ({
  ...{ view: 'items', rebuilds: 0, from: positionAt(from), to: positionAt(to), subjects },
});

test('they take no more memory than they were given, and what is asked for stays longest', () => {
  const views = open(100_000);
  views.note([step(1, 1)]);
  views.keep('asked', entryAt(1, ['asked'], 'x'.repeat(1_000)), 1_000);
  for (let index = 0; index < 1_000; index++) {
    views.keep(`k${index}`, entryAt(1, [`k${index}`], 'x'.repeat(1_000)), 1_000);
    expect(views.look('asked'), String(index)).toBeDefined();
  }
  expect(views.look('k0')).toBeUndefined();
  expect(views.look('k999')).toBeDefined();
});

test('a text with one letter beyond Latin-1 counts twice, as it takes twice the memory', () => {
  const views = open(100_000);
  views.note([step(1, 1)]);
  expect(views.keep('latin', entryAt(1, ['latin'], 'x'.repeat(60_000)), 1_000)).toBeDefined();
  expect(views.look('latin')).toBeDefined();
  views.keep('other', entryAt(1, ['other'], `ж${'x'.repeat(60_000)}`), 1_000);
  expect(views.look('other')).toBeUndefined();
});

test('of more changes than they remember, none is taken for not having happened', () => {
  const views = open();
  views.note([step(1, 1)]);
  views.keep('a', entryAt(1, ['a']), 1_000);
  views.note([step(1, 2, ['b'])]);
  for (let position = 2; position < 60_000; position++)
    views.note([step(position, position + 1, [`subject ${position}`])]);
  expect(views.keep('b', entryAt(1, ['b']), 1_000)).toBeUndefined();
  expect(views.look('a')).toBeUndefined();
  expect(views.keep('b', entryAt(60_000, ['b']), 1_000)).toBeDefined();
});

test('what was replaced holds no more, though its change has not been told of yet', () => {
  const views = open();
  views.note([step(1, 1)]);
  const before = views.keep('a', entryAt(1, ['a'], 'before'), 1_000);
  expect(before && views.holds(before)).toBe(true);
  // Its reader waited for the view, and saw the rows that the change has made.
  const since = views.keep('a', entryAt(1, ['a'], 'since'), 1_000);
  expect(before && views.holds(before)).toBe(false);
  expect(since && views.holds(since)).toBe(true);
  expect(views.look('a')?.entry.body).toBe('since');
});

test('once something may have been missed nothing holds, not even what somebody has at hand', () => {
  const views = open();
  views.note([step(1, 1)]);
  const kept = views.keep('a', entryAt(1, ['a']), 1_000);
  expect(kept && views.holds(kept)).toBe(true);
  views.forgetAll();
  expect(kept && views.holds(kept)).toBe(false);
  expect(views.keep('a', entryAt(1, ['a']), 1_000)).toBeUndefined();
});
