import { describe, expect, test } from 'vitest';
import type { KnownModel } from '../../src/core/readers/models.js';
import { dueTraining } from '../../src/training/due-training.js';

const NOW = '2026-11-21T12:00:00.000Z';
const AN_HOUR_AGO = '2026-11-21T11:00:00.000Z';
const JUST_NOW = '2026-11-21T11:59:00.000Z';
const policy = { intervalSeconds: 1800, newActivityShare: 0.1 };

const modelOf = (status: KnownModel['status'], at: string, more: object = {}): KnownModel =>
  ({
    ...{ modelId: at, status, requestedAt: at, promoted: null, isCurrent: false },
    trained: status === 'trained' ? { at, learnt: { doings: 1000 } } : null,
    ...more,
  }) as unknown as KnownModel;
const inUse = (isAutomatic: boolean) => ({ isCurrent: true, promoted: { isAutomatic } });

describe('a model is due', () => {
  test.each<[string, KnownModel[], number, unknown]>([
    ['as the first one, once there is something to learn', [], 50, { reason: 'first', isPromoted: true }],
    ['not of next to nothing', [], 49, undefined],
    ['not while one is waited for', [modelOf('queued', JUST_NOW)], 9999, undefined],
    [
      'when one that was waited for is lost',
      [modelOf('queued', '2026-11-20T11:00:00.000Z')],
      9999,
      { reason: 'first', isPromoted: true },
    ],
    [
      'where the one that is waited for was asked for by a clock that ran ahead',
      [modelOf('queued', '2026-11-22T12:00:00.000Z')],
      9999,
      { reason: 'first', isPromoted: true },
    ],
    [
      'not where clocks differ by some seconds',
      [modelOf('queued', '2026-11-21T12:00:30.000Z')],
      9999,
      undefined,
    ],
    ['not soon after the last one', [modelOf('trained', JUST_NOW)], 9999, undefined],
    ['not when little is new', [modelOf('trained', AN_HOUR_AGO)], 1099, undefined],
    [
      'when enough is new',
      [modelOf('trained', AN_HOUR_AGO, inUse(true))],
      1100,
      { reason: 'activity', isPromoted: true },
    ],
    [
      'when as much is gone, as of viewers who were forgotten',
      [modelOf('trained', AN_HOUR_AGO)],
      900,
      { reason: 'activity', isPromoted: true },
    ],
    [
      'without being used, where somebody went back to an earlier one',
      [modelOf('trained', AN_HOUR_AGO), modelOf('trained', '2026-11-21T09:00:00.000Z', inUse(false))],
      1100,
      { reason: 'activity', isPromoted: false },
    ],
    ['not soon after one that failed', [modelOf('failed', JUST_NOW)], 9999, undefined],
    [
      'again some time after one that failed',
      [modelOf('failed', AN_HOUR_AGO)],
      9999,
      { reason: 'first', isPromoted: true },
    ],
  ])('%s', async (_, newest, doings, due) => {
    expect(await dueTraining(newest, NOW, policy, async () => doings)).toEqual(due);
  });

  test('without counting what was done where that says nothing', async () => {
    const newest = [modelOf('trained', JUST_NOW)];
    await dueTraining(newest, NOW, policy, () => expect.unreachable());
  });
});
