import { expect, test } from 'vitest';
import { createMemoryBudget } from '../../src/objects/memory-budget.js';

const MEBIBYTE = 1024 ** 2;

test('those who receive at the same time share the memory, down to a piece that is worth a request', () => {
  const budget = createMemoryBudget(32 * MEBIBYTE);
  const shares: number[] = [];
  for (let count = 0; count < 64; count += 1) {
    budget.enter();
    shares.push(budget.share(8 * MEBIBYTE) / MEBIBYTE);
  }
  expect([shares[0], shares[3], shares[7], shares[63]]).toEqual([8, 8, 4, 1]);
  for (let count = 0; count < 63; count += 1) budget.leave();
  expect(budget.share(8 * MEBIBYTE)).toBe(8 * MEBIBYTE);
});

test('shares that stay what they are take at most half of the memory, and leave the rest to the others', () => {
  const budget = createMemoryBudget(32 * MEBIBYTE);
  const first = budget.reserve(8 * MEBIBYTE);
  expect(budget.reserve(8 * MEBIBYTE)).toBeDefined();
  expect(budget.reserve(8 * MEBIBYTE)).toBeUndefined();
  for (let count = 0; count < 4; count += 1) budget.enter();
  expect(budget.share(8 * MEBIBYTE)).toBe(4 * MEBIBYTE);
  first?.();
  first?.();
  expect(budget.share(8 * MEBIBYTE)).toBe(6 * MEBIBYTE);
  expect(budget.reserve(8 * MEBIBYTE)).toBeDefined();
});

test('no more bytes are on their way than the memory there is, one after another as they came', async () => {
  const budget = createMemoryBudget(10);
  const begun: string[] = [];
  const ask = async (name: string, bytes: number) => {
    const giveBack = await budget.room(bytes);
    begun.push(name);
    return giveBack;
  };
  const [first, second, large, small] = [ask('6', 6), ask('4', 4), ask('9', 9), ask('1', 1)];
  const giveBack = [await first, await second];
  expect(begun).toEqual(['6', '4']);
  giveBack[0]?.();
  giveBack[0]?.();
  await new Promise(setImmediate);
  // Nine do not fit beside four, and who came later does not overtake it.
  expect(begun).toEqual(['6', '4']);
  giveBack[1]?.();
  (await large)();
  (await small)();
  expect(begun).toEqual(['6', '4', '9', '1']);
});

test('what is larger than all the memory goes alone', async () => {
  const budget = createMemoryBudget(10);
  const giveBack = await budget.room(50);
  const next = budget.room(1);
  giveBack();
  (await next)();
});
