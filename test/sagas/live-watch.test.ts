import { describe, expect, test } from 'vitest';
import type { LiveEvent, Sighting } from '../../src/domain/live/live-events.js';
import { liveWatch } from '../../src/sagas/live-watch.js';
import { reactionTo } from '../kit/run-saga.js';

const sourceId = 'l1';
const sighting: Sighting = {
  ...{ from: '2026-11-21T09:30:00.000Z', to: '2026-11-21T09:30:01.000Z', lastSequence: 2, framesSeen: 2 },
  framesDropped: { publisher: 0, queue: 0, unseen: 0 },
  ...{ labels: [], labelsNow: [], moderation: [], models: [] },
};
const started: LiveEvent = {
  type: 'LiveSourceStarted',
  data: { sourceId, name: 'Gate', kind: 'rtsp', everySeconds: 1, heartbeatSeconds: 10 },
};
const seen: LiveEvent = { type: 'LiveFramesSeen', data: { sourceId, ...sighting } };
const interrupted: LiveEvent = {
  type: 'LiveSourceInterrupted',
  data: { sourceId, code: 'source_unavailable', retryAt: null, nextSequence: 3 },
};
const ended: LiveEvent = { type: 'LiveSourceEnded', data: { sourceId, reason: 'finished', code: null } };

const fired = (timer: string) =>
  liveWatch.react(
    { heartbeatSeconds: 10 },
    { type: 'TimerFired', data: { timer, dueAt: '2026-11-21T09:30:25.001Z' } },
    sourceId,
  );

describe('the watch over a live source', () => {
  test.each([
    ['its start', [started], '2026-11-21T09:30:25.001Z'],
    ['each sign of life', [started, seen], '2026-11-21T09:30:25.002Z'],
  ])('waits from %s on for two and a half heartbeats', (_, events, at) => {
    expect(reactionTo(liveWatch, events)).toEqual([
      { schedule: { timer: 'silent', at } },
      { cancel: { timer: 'abandoned' } },
    ]);
  });

  test('waits as long as who looks at its frames says, whatever was said at its start', () => {
    const slower: LiveEvent = { ...seen, data: { sourceId, ...sighting, heartbeatSeconds: 600 } };
    const later = { schedule: { timer: 'silent', at: '2026-11-21T09:55:00.002Z' } };
    expect(reactionTo(liveWatch, [started, slower])).toContainEqual(later);
    expect(reactionTo(liveWatch, [started, slower, seen])[0]).toEqual({
      schedule: { timer: 'silent', at: '2026-11-21T09:55:00.003Z' },
    });
  });

  test('tells of the silence after that', () => {
    expect(fired('silent')).toEqual([
      {
        send: {
          type: 'InterruptLiveSource',
          data: { sourceId, code: 'live_source_silent', retryAt: null, nextSequence: null },
        },
      },
    ]);
  });

  test('gives one that broke off a day to come back, and ends it then', () => {
    expect(reactionTo(liveWatch, [started, interrupted])).toEqual([
      { cancel: { timer: 'silent' } },
      { schedule: { timer: 'abandoned', at: '2026-11-22T09:30:00.002Z' } },
    ]);
    expect(fired('abandoned')).toEqual([
      { send: { type: 'EndLiveSource', data: { sourceId, reason: 'abandoned', code: null } } },
    ]);
  });

  test('takes no frames that were taken before it broke off for a sign of life', () => {
    const late: LiveEvent = { type: 'LiveFramesSeen', data: { sourceId, ...sighting, late: true } };
    expect(reactionTo(liveWatch, [started, interrupted, late])).toEqual([
      { ignore: 'taken before it ended or broke off' },
    ]);
  });

  test('is over with its source', () => {
    expect(reactionTo(liveWatch, [started, ended])).toEqual([{ complete: true }]);
  });
});
