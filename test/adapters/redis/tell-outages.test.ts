import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOutageTeller } from '../../../src/adapters/redis/connection/tell-outages.js';

const STEADY_MILLISECONDS = 30_000;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function teller() {
  const told: string[] = [];
  const tell = (fields: object, message: string) => void told.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { debug: () => {}, info: tell, warn: tell, error: tell };
  const { gone, back, close } = createOutageTeller(logger, STEADY_MILLISECONDS);
  return { told, gone: () => gone(new Error('no answer in time'), 'Redis does not answer'), back, close };
}
const GONE = 'Redis does not answer: answers are worked out without it {"error":"no answer in time"}';

test('a server that goes is said at once, however often it fails, and that it is back once it has stayed', () => {
  const { told, gone, back } = teller();
  gone();
  gone();
  expect(told).toEqual([GONE]);
  vi.advanceTimersByTime(10_000);
  back();
  vi.advanceTimersByTime(STEADY_MILLISECONDS - 1);
  expect(told).toEqual([GONE]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([GONE, 'Redis answers again {"lastedSeconds":10,"outages":1}']);
});

test('one that goes and comes again and again is said once to be gone and once to be back', () => {
  const { told, gone, back } = teller();
  for (let turn = 0; turn < 100; turn++) {
    gone();
    vi.advanceTimersByTime(1_000);
    back();
    vi.advanceTimersByTime(2_000);
  }
  expect(told).toEqual([GONE]);
  vi.advanceTimersByTime(STEADY_MILLISECONDS);
  expect(told).toEqual([GONE, 'Redis answers again {"lastedSeconds":298,"outages":100}']);
  gone();
  expect(told.at(-1)).toBe(GONE);
});

test('one that was there all the time is never said to be back, and one that is closed says nothing', () => {
  const { told, gone, back, close } = teller();
  back();
  vi.advanceTimersByTime(STEADY_MILLISECONDS);
  expect(told).toEqual([]);
  gone();
  back();
  close();
  vi.advanceTimersByTime(STEADY_MILLISECONDS);
  expect(told).toEqual([GONE]);
});
