import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../support/database.js';
import { checkHistory } from './model/check-history.js';
import { runScenario } from './model/run-scenario.js';
import { scenario } from './model/scenario.js';

const database = await createTestDatabase();
afterAll(() => database.drop());

test('whatever writers do and whatever breaks, readers see every acknowledged event once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (script) => {
      await database.pool.query('truncate events');
      const history = await runScenario(database.url, script);
      checkHistory(history);
      expect(history.log.length).toBeGreaterThanOrEqual(history.acknowledged.length);
    }),
    { numRuns: 20, interruptAfterTimeLimit: 60_000, endOnFailure: true },
  );
}, 120_000);
