import { expect, test } from 'vitest';
import { lookUpById } from '../../../../src/adapters/postgres/readers/look-up.js';
import type { ReadDatabase } from '../../../../src/adapters/postgres/readers/read-database.js';

interface Asked {
  readonly ids: readonly string[];
  answer(...ids: string[]): void;
  fail(error: Error): void;
}

/** A database whose answers the test gives when it likes. */
function scripted() {
  const asked: Asked[] = [];
  const database: ReadDatabase = {
    query<Row extends object>(_sql: string, [ids]: readonly unknown[] = []): Promise<Row[]> {
      const { promise, resolve, reject } = Promise.withResolvers<Row[]>();
      asked.push({
        ids: ids as string[],
        answer: (...found) => resolve(found.map((id) => ({ id })) as unknown as Row[]),
        fail: reject,
      });
      return promise;
    },
    snapshot: () => expect.unreachable(),
  };
  const lookUp = lookUpById<{ id: string }>(database, { sql: 'unused', idOf: (row) => row.id });
  return { asked, lookUp };
}

test('an id asked for while nothing is under way is looked up at once', async () => {
  const { asked, lookUp } = scripted();
  const rows = lookUp('a');
  expect(asked.map(({ ids }) => ids)).toEqual([['a']]);
  asked[0]?.answer('a', 'a');
  expect(await rows).toEqual([{ id: 'a' }, { id: 'a' }]);
});

test('what is asked for while two queries are under way goes together in the next one, each id once', async () => {
  const { asked, lookUp } = scripted();
  const first = [lookUp('a'), lookUp('b')];
  const waiting = [lookUp('c'), lookUp('d'), lookUp('c')];
  expect(asked).toHaveLength(2);
  asked[0]?.answer('a');
  await first[0];
  await expect.poll(() => asked[2]?.ids).toEqual(['c', 'd']);
  asked[2]?.answer('c');
  expect(await Promise.all(waiting)).toEqual([[{ id: 'c' }], [], [{ id: 'c' }]]);
});

test('an id asked for again is not answered by a query that began before', async () => {
  const { asked, lookUp } = scripted();
  const before = lookUp('a');
  const after = lookUp('a');
  expect(asked.map(({ ids }) => ids)).toEqual([['a'], ['a']]);
  asked[0]?.answer();
  asked[1]?.answer('a');
  expect([await before, await after]).toEqual([[], [{ id: 'a' }]]);
});

test('a failed query fails those it was for, and the next ones are asked', async () => {
  const { asked, lookUp } = scripted();
  const failing = [lookUp('a'), lookUp('b')].map((rows) => rows.catch((error: Error) => error.message));
  const next = lookUp('c');
  asked[0]?.fail(new Error('gone'));
  expect(await failing[0]).toBe('gone');
  await expect.poll(() => asked.length).toBe(3);
  asked[2]?.answer('c');
  expect(await next).toEqual([{ id: 'c' }]);
  asked[1]?.answer();
});

test('an id that PostgreSQL would refuse has no rows and spoils no query', async () => {
  const { asked, lookUp } = scripted();
  expect(await lookUp('a\0b')).toEqual([]);
  expect(asked).toEqual([]);
});
