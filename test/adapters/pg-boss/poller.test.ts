import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Consumer } from '../../../src/adapters/pg-boss/consumer.js';
import type { JobStatements } from '../../../src/adapters/pg-boss/job-statements.js';
import { createPoller } from '../../../src/adapters/pg-boss/poller.js';

const LEASE_SECONDS = 20;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function startPoller() {
  const takeBackExpired = vi.fn(async () => 0);
  const poller = createPoller({
    statements: { takeBackExpired, kindsWithWork: async () => [] } as unknown as JobStatements,
    consumers: new Map([['transcode', { kind: 'transcode', hasRoom: () => false } as Consumer]]),
    intervalMs: 1000,
    leaseSecondsOf: () => LEASE_SECONDS,
    health: { failed() {}, succeeded() {}, calmForMs: () => Number.POSITIVE_INFINITY },
    onError: expect.unreachable,
  });
  poller.start();
  return { poller, takeBackExpired };
}

/** A suspended machine: the wall clock goes on, timers and the monotonic clock stand still. */
const suspend = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

test('jobs whose lease ran out are taken back a few times a lease', async () => {
  const { poller, takeBackExpired } = startPoller();
  await vi.advanceTimersByTimeAsync(2 * LEASE_SECONDS * 1000);
  expect(takeBackExpired.mock.calls.length).toBeGreaterThanOrEqual(6);
  await poller.stop();
});

test('after the machine slept, living workers have a lease long to renew before their jobs are taken', async () => {
  const { poller, takeBackExpired } = startPoller();
  await vi.advanceTimersByTimeAsync(LEASE_SECONDS * 1000);
  takeBackExpired.mockClear();
  suspend(3600);
  await vi.advanceTimersByTimeAsync((LEASE_SECONDS - 1) * 1000);
  expect(takeBackExpired).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(3000);
  expect(takeBackExpired).toHaveBeenCalled();
  await poller.stop();
});
