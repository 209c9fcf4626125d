import { expect, test } from 'vitest';
import { takeTurns } from '../../../../src/commands/uploads/joining/take-turns.js';

/** Tasks that note when they begin, and end when they are let go. */
function tasks(maximum: number) {
  const inTurn = takeTurns(maximum);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    put: (caller: string, name: string) =>
      inTurn(caller, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      }),
    async end(name: string) {
      ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('callers that wait take turns, and each one keeps its own order', async () => {
  const { put, end, begun } = tasks(1);
  for (const name of ['a1', 'a2', 'a3', 'a4']) void put('a', name);
  void put('b', 'b1');
  void put('c', 'c1');
  void put('b', 'b2');
  await end('');
  for (let at = 0; at < 7; at++) await end(begun[at] ?? '');
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

test('no more than the maximum run at once, and one that fails makes room like any other', async () => {
  const { put, end, begun } = tasks(2);
  for (const name of ['1', '2', '3', '4']) void put('a', name);
  await end('');
  expect(begun).toEqual(['1', '2']);
  await end('2');
  expect(begun).toEqual(['1', '2', '3']);

  const inTurn = takeTurns(1);
  const failing = inTurn('a', async () => Promise.reject(new Error('It failed')));
  const next = inTurn('a', async () => 'done');
  await expect(failing).rejects.toThrow('It failed');
  expect(await next).toBe('done');
});
