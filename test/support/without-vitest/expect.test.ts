import { expect, test } from 'vitest';
import { expect as expectWithout } from './expect.js';

const agree = async (check: (expecting: typeof expectWithout) => unknown): Promise<boolean> => {
  const passes = async (expecting: typeof expectWithout) =>
    Promise.resolve()
      .then(() => check(expecting))
      .then(
        () => true,
        () => false,
      );
  const outcome = await passes(expectWithout);
  expect(outcome).toBe(await passes(expect as unknown as typeof expectWithout));
  return outcome;
};

test('what stands in for vitest where there is only Node passes and fails as vitest does', async () => {
  const error = Object.assign(new Error('x'), { kind: 'conflict', details: { limit: 3, more: 1 } });
  const outcomes = [
    await agree((it) => it({ a: 1, b: undefined }).toEqual({ a: 1 })),
    await agree((it) => it([{ a: 1 }]).toEqual([{ a: 1, b: undefined }])),
    await agree((it) => it({ a: 1, b: 2 }).toEqual({ a: 1 })),
    await agree((it) => it('1').toEqual(1)),
    await agree((it) => it([{ a: 1, b: 2 }, { c: 3 }]).toMatchObject([{ a: 1 }, {}])),
    await agree((it) => it([{ a: 1 }, { c: 3 }]).toMatchObject([{ a: 1 }])),
    await agree((it) => it(Promise.reject(error)).rejects.toMatchObject({ details: { limit: 3 } })),
    await agree((it) => it(Promise.reject(error)).rejects.toMatchObject({ details: { limit: 4 } })),
    await agree((it) => it(Promise.resolve(1)).rejects.toMatchObject({})),
    await agree((it) => it(error).toBeInstanceOf(Error)),
    await agree((it) => it(error).toBeInstanceOf(TypeError)),
    await agree((it) => it([1, 2]).toHaveLength(2)),
    await agree((it) => it(2).toBeGreaterThan(2)),
    await agree((it) => it(2).toBeGreaterThanOrEqual(2)),
    await agree((it) => it(null).toBeUndefined()),
    await agree((it) => it(Number.NaN).toBe(Number.NaN)),
  ];
  expect(outcomes).toEqual([
    ...[
      true,
      true,
      false,
      false,
      true,
      false,
      true,
      false,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
      true,
    ],
  ]);
});
