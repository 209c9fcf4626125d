import { expect, test } from 'vitest';
import { gather } from '../../../../src/adapters/postgres/event-store/gather.js';

/** Answers in capitals; of what is to be slow not before it is let go. */
function asking(slow: readonly string[]) {
  const { promise: letGo, resolve: go } = Promise.withResolvers<void>();
  const asked: (readonly string[])[] = [];
  const ask = gather<string, string>(async (names) => {
    asked.push(names);
    if (names.some((name) => slow.includes(name))) await letGo;
    return names.map((name) => name.toUpperCase());
  }, 100);
  return { ask, asked, go };
}

test('what takes long to answer does not hold up what is asked after it', async () => {
  const { ask, asked, go } = asking(['huge']);
  const huge = ask('huge');
  await expect.poll(() => asked).toEqual([['huge']]);
  expect(await ask('small')).toBe('SMALL');
  go();
  expect(await huge).toBe('HUGE');
});

test('while several questions take long, all others go together in the next', async () => {
  const { ask, asked, go } = asking(['a', 'b', 'c']);
  const slow = [];
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    slow.push(ask(name));
    await expect.poll(() => asked.length).toBe(index + 1);
  }
  const others = [ask('d'), ask('e')];
  go();
  expect(await Promise.all([...slow, ...others])).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(asked).toEqual([['a'], ['b'], ['c'], ['d', 'e']]);
});
