import { describe, expect, test } from 'vitest';
import type { MediaFlowEvent } from '../../../src/domain/index.js';
import type { Sighting } from '../../../src/domain/live/live-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const AT = '2026-11-21T08:00:00.000Z';
const models = [{ provider: 'local', model: 'm', version: '1' }];
const scored = (score: number) => ({ class: 'adult' as const, score, at: AT, atSeconds: null });

const started = (sourceId: string): MediaFlowEvent => ({
  type: 'LiveSourceStarted',
  data: { sourceId, name: `The ${sourceId}`, kind: 'rtsp', everySeconds: 1, heartbeatSeconds: 60 },
});
const seen = (sourceId: string, more: Partial<Sighting> & { readonly late?: true } = {}): MediaFlowEvent => ({
  type: 'LiveFramesSeen',
  data: {
    ...{
      sourceId,
      from: AT,
      to: AT,
      lastSequence: 3,
      framesSeen: 3,
      labels: [],
      labelsNow: [],
      moderation: [],
      models,
    },
    framesDropped: { publisher: 1, queue: 2, unseen: 0 },
    ...more,
  },
});
const interrupted = (sourceId: string): MediaFlowEvent => ({
  type: 'LiveSourceInterrupted',
  data: { sourceId, code: 'source_unavailable', retryAt: '2026-11-21T08:01:00.000Z', nextSequence: 4 },
});
const ended = (sourceId: string): MediaFlowEvent => ({
  type: 'LiveSourceEnded',
  data: { sourceId, reason: 'finished', code: null },
});

export function liveSourcesReading(views: () => ViewsUnderTest): void {
  const sources = () => views().readers.liveSources;
  const one = async (sourceId: string) => sources().one(sourceId);

  describe('live sources', () => {
    test('one that has begun waits for its first frame', async () => {
      await views().tell([started('l1')], AT);
      expect(await one('l1')).toEqual({
        ...{ sourceId: 'l1', name: 'The l1', kind: 'rtsp', everySeconds: 1, status: 'watching' },
        ...{ code: null, retryAt: null, startedAt: AT, lastSeenAt: null, endedAt: null, endReason: null },
        ...{ labels: [], sightings: [], moderation: [], worst: null, models: [], framesSeen: 0 },
        framesDropped: { publisher: 0, queue: 0, unseen: 0 },
      });
      expect(await one('l2')).toBeUndefined();
    });

    test('shows what was told of last, what is there now of it, all frames and the worst there ever was', async () => {
      const label = { label: 'person', confidence: 0.9, frames: 2, at: AT, atSeconds: null };
      await views().tell([
        started('l1'),
        seen('l1', { moderation: [scored(0.4)] }),
        seen('l1', {
          moderation: [scored(0.1)],
          labels: [label, { ...label, label: 'dog' }],
          labelsNow: ['dog'],
        }),
      ]);
      expect(await one('l1')).toMatchObject({
        ...{ status: 'watching', framesSeen: 6, framesDropped: { publisher: 2, queue: 4, unseen: 0 } },
        ...{ labels: ['dog'], lastSeenAt: AT, models, moderation: [scored(0.1)], worst: scored(0.4) },
        sightings: [
          { ...label, isNow: false },
          { ...label, label: 'dog', isNow: true },
        ],
      });
    });

    test('a publisher whose clock or numbers are out of all bounds holds nobody up', async () => {
      const framesDropped = { publisher: Number.MAX_SAFE_INTEGER, queue: 0, unseen: 0 };
      const early = seen('l1', { to: '0000-01-01T00:00:00Z', framesDropped });
      await views().tell([started('l1'), early, early]);
      expect(await one('l1')).toMatchObject({ framesSeen: 6, lastSeenAt: null, framesDropped });
      await views().tell([seen('l1')]);
      expect(await one('l1')).toMatchObject({ framesSeen: 9, lastSeenAt: AT });
    });

    test('one that broke off shows why and nothing else, until frames come again', async () => {
      await views().tell([started('l1'), seen('l1', { labelsNow: ['dog'] }), interrupted('l1')]);
      expect(await one('l1')).toMatchObject({
        ...{ status: 'interrupted', code: 'source_unavailable', retryAt: '2026-11-21T08:01:00.000Z' },
        labels: [],
      });
      await views().tell([seen('l1', { labelsNow: ['dog'] })]);
      expect(await one('l1')).toMatchObject({
        ...{ status: 'watching', code: null, retryAt: null, labels: ['dog'] },
      });
    });

    test('one that ended stays so, whatever is told late of its frames', async () => {
      await views().tell([started('l1'), ended('l1'), seen('l1', { labelsNow: ['dog'], late: true })]);
      expect(await one('l1')).toMatchObject({
        ...{ status: 'ended', endReason: 'finished', framesSeen: 3, labels: [] },
      });
    });

    test('the list has those that began last first, of a status or of all, no more than is asked for', async () => {
      await views().tell([started('l1')], '2026-11-21T08:00:00.000Z');
      await views().tell([started('l2'), ended('l2')], '2026-11-21T08:00:01.000Z');
      await views().tell([started('l3')], '2026-11-21T08:00:02.000Z');
      const idsOf = async (filter: Parameters<ReturnType<typeof sources>['latest']>[0], limit = 10) =>
        (await sources().latest(filter, limit)).map(({ sourceId }) => sourceId);
      expect(await idsOf({})).toEqual(['l3', 'l2', 'l1']);
      expect(await idsOf({}, 2)).toEqual(['l3', 'l2']);
      expect(await idsOf({ status: 'watching' })).toEqual(['l3', 'l1']);
    });

    test('one that was removed is gone', async () => {
      await views().tell([
        started('l1'),
        ended('l1'),
        { type: 'LiveSourceRemoved', data: { sourceId: 'l1' } },
      ]);
      expect(await one('l1')).toBeUndefined();
    });
  });
}
