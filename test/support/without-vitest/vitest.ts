/** Stands in for vitest where a suite is carried to a machine that has Node and nothing else. */
import { after, before, describe, test as nodeTest } from 'node:test';
import { format } from 'node:util';

export { expect } from './expect.js';
export { describe };
export const beforeAll = before;
export const afterAll = after;

const TIMEOUT_MILLISECONDS = 30_000;

const plain = (name: string, run: () => unknown): void => {
  void nodeTest(name, { timeout: TIMEOUT_MILLISECONDS }, async () => void (await run()));
};

export const test = Object.assign(plain, {
  for:
    <Row>(rows: readonly Row[]) =>
    (name: string, run: (row: Row) => unknown): void => {
      for (const row of rows) {
        const values = Array.isArray(row) ? row : [row];
        const places = name.match(/%s/g)?.length ?? 0;
        plain(format(name, ...values.slice(0, places)), () => run(row));
      }
    },
});
