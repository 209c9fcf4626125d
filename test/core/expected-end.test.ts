import { describe, expect, test } from 'vitest';
import { expectedEndOf, expectedEndOfAll, type TimedWork } from '../../src/core/expected-end.js';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 9) + seconds * 1000).toISOString();
const work = (step: string, status: TimedWork['status'], more: Partial<TimedWork> = {}): TimedWork => ({
  ...{ step, status, fraction: null, startedAt: null, updatedAt: at(0), ...more },
});
const running = (step: string, fraction: number, from: number, told: number) =>
  work(step, 'running', { fraction, startedAt: at(from), updatedAt: at(told) });
const done = (step: string, from: number, to: number) =>
  work(step, 'completed', { fraction: 1, startedAt: at(from), updatedAt: at(to) });

describe('when work will be done', () => {
  test.each<[string, TimedWork, string | null]>([
    ['is told by the pace since it began', running('transcode', 0.25, 10, 40), at(130)],
    ['is not told before it has told anything', running('transcode', 0, 10, 10), null],
    ['is not told of what waits', work('transcode', 'queued'), null],
    ['is not told of what is done', done('transcode', 0, 5), null],
    [
      'is not told of what waits to be tried again',
      work('transcode', 'waiting_to_retry', { fraction: 0.5, startedAt: at(0), updatedAt: at(9) }),
      null,
    ],
    [
      'is told where instants are of another spelling',
      { ...running('transcode', 0.5, 0, 60), startedAt: '2026-11-21T10:00:00+01:00' },
      at(120),
    ],
  ])('%s', (_, given, expected) => expect(expectedEndOf(given)).toBe(expected));
});

describe('when all of an item will be done', () => {
  test.each<[string, readonly TimedWork[], string | null]>([
    ['is not told where nothing tells', [work('probe', 'queued')], null],
    ['is the last of what is under way', [running('gif', 0.5, 0, 5), running('sound', 0.1, 0, 5)], at(50)],
    [
      'counts parts that wait, as many at once as now, each as long as those that are done',
      [done('chunk:001', 0, 100), running('chunk:002', 0.5, 60, 110), work('chunk:003', 'queued')],
      at(110 + 1.5 * 100),
    ],
    [
      'is sooner where more workers are at it',
      [
        ...[done('chunk:001', 0, 100), done('chunk:002', 0, 100)],
        ...[running('chunk:003', 0, 100, 100), running('chunk:004', 0, 100, 100)],
        ...[work('chunk:005', 'queued'), work('chunk:006', 'queued')],
      ],
      at(300),
    ],
    [
      'goes by what is under way where no part is done yet',
      [running('chunk:001', 0.2, 0, 20), work('chunk:002', 'queued')],
      at(20 + 1.8 * 100),
    ],
    ['is not told where parts only wait', [done('chunk:001', 0, 9), work('chunk:002', 'queued')], null],
    [
      'leaves out parts that failed for good',
      [done('chunk:001', 0, 10), running('chunk:002', 0.5, 10, 15), work('chunk:003', 'failed')],
      at(20),
    ],
  ])('%s', (_, given, expected) => expect(expectedEndOfAll(given)).toBe(expected));
});
