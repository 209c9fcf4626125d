import { expect, test } from 'vitest';
import { shareAnswer } from '../../src/core/share-answer.js';

function setUp() {
  let milliseconds = 0;
  const begun: PromiseWithResolvers<number>[] = [];
  const ask = shareAnswer(
    () => {
      const work = Promise.withResolvers<number>();
      begun.push(work);
      return work.promise;
    },
    { maximumAgeMilliseconds: 1000, now: () => milliseconds },
  );
  return {
    ask,
    begun,
    pass: (more: number) => {
      milliseconds += more;
    },
    end: async (index: number, answer: number) => {
      begun[index]?.resolve(answer);
      await begun[index]?.promise;
      await Promise.resolve();
    },
  };
}

test('all who ask while it is worked out, or soon after, get the same answer', async () => {
  const { ask, begun, pass, end } = setUp();
  const first = [ask(), ask(), ask()];
  expect(begun).toHaveLength(1);
  await end(0, 7);
  pass(999);
  expect(await Promise.all([...first, ask()])).toEqual([7, 7, 7, 7]);
  expect(begun).toHaveLength(1);
  pass(1);
  void ask();
  expect(begun).toHaveLength(2);
});

test('who wants it fresh never gets one that was begun before they asked, and all of these share the next', async () => {
  const { ask, begun, end } = setUp();
  const first = ask();
  const fresh = [ask({ fresh: true }), ask({ fresh: true })];
  expect(begun).toHaveLength(1);
  await end(0, 1);
  await first;
  await expect.poll(() => begun.length).toBe(2);
  const late = ask({ fresh: true });
  await end(1, 2);
  expect(await Promise.all(fresh)).toEqual([2, 2]);
  await expect.poll(() => begun.length).toBe(3);
  await end(2, 3);
  expect(await late).toBe(3);
});

test('a failure is told to those who waited and not kept', async () => {
  const { ask, begun, end } = setUp();
  const asked = [ask(), ask({ fresh: true })];
  begun[0]?.reject(new Error('away'));
  await expect(asked[0]).rejects.toThrow('away');
  await expect.poll(() => begun.length).toBe(2);
  await end(1, 5);
  expect(await asked[1]).toBe(5);
});
