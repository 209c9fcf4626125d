import { afterEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../src/core/logger.js';
import { keepHouse } from '../../../src/runtime/storage/housekeeping.js';
import { createFakeClock } from '../../kit/fake-clock.js';

const DAY = 86_400;
const running: { readonly stop: AbortController; readonly done: Promise<void> }[] = [];
afterEach(async () => {
  for (const { stop, done } of running.splice(0)) {
    stop.abort();
    await done;
  }
});

function start() {
  const clock = createFakeClock('2026-11-21T09:00:00.000Z');
  const stop = new AbortController();
  const logger = { ...silentLogger, info: vi.fn(), warn: vi.fn() };
  const queue = { pruneDeadLetters: vi.fn(async (_: object) => 0) };
  const sagaStore = {
    pruneRefused: vi.fn(async (_: string) => 0),
    pruneCompleted: vi.fn(async (_: string) => 0),
  };
  const retention = { failedSeconds: 90 * DAY, finishedSeconds: 14 * DAY };
  const done = keepHouse({ retention, queue, sagaStore, clock, logger, signal: stop.signal });
  running.push({ stop, done });
  return { clock, logger, queue, sagaStore };
}

test('what is kept and how long: failures, what is done, and tombstones longer than both', async () => {
  const { clock, queue, sagaStore, logger } = start();
  expect(queue.pruneDeadLetters).not.toHaveBeenCalled();
  clock.advance(600);
  await vi.waitFor(() => expect(sagaStore.pruneCompleted).toHaveBeenCalled());
  const failedBefore = '2026-08-23T09:10:00.000Z';
  expect(queue.pruneDeadLetters).toHaveBeenCalledExactlyOnceWith({
    ...{ failedBefore, replayedBefore: '2026-11-07T09:10:00.000Z', limit: 500 },
  });
  expect(sagaStore.pruneRefused).toHaveBeenCalledExactlyOnceWith(failedBefore, 500);
  expect(sagaStore.pruneCompleted).toHaveBeenCalledExactlyOnceWith('2026-08-09T09:10:00.000Z', 500);
  expect(logger.info).not.toHaveBeenCalled();
});

test('batch follows batch until nothing is left, and the log says how much it was', async () => {
  const { clock, queue, logger } = start();
  queue.pruneDeadLetters.mockResolvedValueOnce(500).mockResolvedValueOnce(500).mockResolvedValueOnce(7);
  clock.advance(600);
  await vi.waitFor(() =>
    expect(logger.info).toHaveBeenCalledExactlyOnceWith(
      { what: 'dead letters', count: 1007 },
      'old records removed',
    ),
  );
});

test('a database that is away spoils one round, not the next', async () => {
  const { clock, queue, sagaStore, logger } = start();
  queue.pruneDeadLetters.mockRejectedValueOnce(new Error('Connection refused'));
  clock.advance(600);
  await vi.waitFor(() => expect(sagaStore.pruneCompleted).toHaveBeenCalledOnce());
  expect(logger.warn).toHaveBeenCalledOnce();
  await vi.waitFor(() => {
    clock.advance(600);
    expect(queue.pruneDeadLetters).toHaveBeenCalledTimes(2);
  });
});
