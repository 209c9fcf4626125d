import { expect, test } from 'vitest';
import { createHeadWatch } from '../../../src/adapters/eventstoredb/head-watch.js';
import { MediaFlowError, messageOf } from '../../../src/core/errors.js';
import { START } from '../../../src/core/position.js';

test('that the end of the log cannot be asked for is told once, until it was told again', async () => {
  const told: string[] = [];
  const refusal = new MediaFlowError('internal', 'event_store_failed', 'it refuses these credentials');
  let isRefused = true;
  let asked = 0;
  const askedAgain = async () => {
    const before = asked;
    await expect.poll(() => asked).toBeGreaterThan(before + 3);
  };
  const watch = createHeadWatch({
    async readHead() {
      asked += 1;
      if (isRefused) throw refusal;
      return START;
    },
    pollIntervalMilliseconds: 1,
    onFailure: (error) => told.push(messageOf(error)),
  });
  const waiting = watch.waitPast(START, new AbortController().signal);
  await askedAgain();
  expect(told).toEqual([refusal.message]);
  isRefused = false;
  await askedAgain();
  isRefused = true;
  await askedAgain();
  expect(told).toEqual([refusal.message, refusal.message]);
  watch.close();
  await waiting;
});
