import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../support/database.js';
import { checkHistory } from '../../../support/event-store-model/check-history.js';
import { playScenario } from '../../../support/event-store-model/play-scenario.js';
import { scenarioWith } from '../../../support/event-store-model/scenario.js';
import { disturbances } from './model/disturbances.js';
import { createStage } from './model/stage.js';

const database = await createTestDatabase();
afterAll(() => database.drop());

test('whatever writers do and whatever breaks, readers see every acknowledged event once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(scenarioWith(disturbances), async (script) => {
      await database.pool.query('truncate events');
      const stage = await createStage(database.url);
      const history = await playScenario(stage, script);
      await stage.close();
      checkHistory(history);
      // Positions of this log are contiguous.
      expect(history.log.map(({ position }) => Number(position))).toEqual(
        history.log.map((_, index) => index + 1),
      );
      expect(history.log.length).toBeGreaterThanOrEqual(history.acknowledged.length);
    }),
    { numRuns: 20, interruptAfterTimeLimit: 60_000, endOnFailure: true },
  );
}, 120_000);
