import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConnectionHealth } from '../../../src/adapters/pg-boss/connection-health.js';
import type { JobStatements } from '../../../src/adapters/pg-boss/job-statements.js';
import { createPoller } from '../../../src/adapters/pg-boss/poller.js';
import type { Consumer } from '../../../src/consuming/consumer.js';

const LEASE_SECONDS = 20;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function startPoller(health: Partial<ConnectionHealth> = {}) {
  const heartbeat = { living: 0 };
  const taken: string[] = [];
  const statements = {
    async active() {
      const job = { leaseSeconds: LEASE_SECONDS };
      return [
        { ...job, id: 'dead', heartbeat: 'the last' },
        { ...job, id: 'living', heartbeat: `${heartbeat.living}` },
      ];
    },
    async takeBack(_kinds, silent) {
      taken.push(...silent.map(({ id }) => id));
      return silent.length;
    },
    recall: async () => {},
    kindsWithWork: async () => [],
  } satisfies Partial<JobStatements>;
  const poller = createPoller({
    statements: statements as Partial<JobStatements> as JobStatements,
    consumers: new Map([['transcode', { kind: 'transcode', hasRoom: () => false } as Consumer]]),
    intervalMs: 1000,
    leaseSecondsOf: () => LEASE_SECONDS,
    health: { failed() {}, succeeded() {}, calmForMs: () => Number.POSITIVE_INFINITY, ...health },
    onError: expect.unreachable,
  });
  poller.start();
  /** Each second the living one gives a sign of life. */
  const live = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      heartbeat.living++;
      await vi.advanceTimersByTimeAsync(1000);
    }
  };
  return { poller, taken, live };
}

/** A suspended machine: the wall clock goes on, timers and the monotonic clock stand still. */
const suspend = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

test('jobs whose workers have been silent for a lease are taken back, and no others', async () => {
  const { poller, taken, live } = startPoller();
  await live(LEASE_SECONDS - 1);
  expect(taken).toEqual([]);
  await live(LEASE_SECONDS / 4 + 2);
  expect(new Set(taken)).toEqual(new Set(['dead']));
  await poller.stop();
});

test('after the machine slept, living workers have a lease long to renew before their jobs are taken', async () => {
  const { poller, taken, live } = startPoller();
  await live(LEASE_SECONDS - 2);
  suspend(3600);
  await vi.advanceTimersByTimeAsync((LEASE_SECONDS - 2) * 1000);
  expect(taken).toEqual([]);
  await live(LEASE_SECONDS);
  expect(new Set(taken)).toEqual(new Set(['dead']));
  await poller.stop();
});

test('after the database was away, living workers have a lease long to renew as well', async () => {
  let calmForMs = Number.POSITIVE_INFINITY;
  const { poller, taken, live } = startPoller({ calmForMs: () => calmForMs });
  await live(LEASE_SECONDS - 2);
  calmForMs = 0;
  await live(10 * LEASE_SECONDS);
  expect(taken).toEqual([]);
  calmForMs = Number.POSITIVE_INFINITY;
  await live(2 * LEASE_SECONDS);
  expect(new Set(taken)).toEqual(new Set(['dead']));
  await poller.stop();
});
