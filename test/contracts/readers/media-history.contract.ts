import { describe, expect, test } from 'vitest';
import { mediaId, registered, started, uploaded } from '../../kit/media-fixtures.js';
import { ofItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

export function mediaHistoryReading(views: () => ViewsUnderTest): void {
  const historyOf = (id: string) => views().readers.mediaHistory.of(id);

  describe('media history', () => {
    test('an event is told with who, when, where in the log, and what', async () => {
      await views().tell([registered]);
      expect(await historyOf(mediaId)).toEqual([
        {
          ...{ type: 'MediaRegistered', actor: 'ada', data: registered.data },
          ...{ occurredAt: '2026-11-21T09:30:00.001Z', position: '0000000000000001' },
          eventId: '11111111-1111-8111-8111-000000000001',
        },
      ]);
    });

    test('what people wrote goes with the item, and everything else stays', async () => {
      await views().tell([registered, { type: 'MediaDeleted', data: { mediaId } }]);
      expect(await historyOf(mediaId)).toMatchObject([
        { type: 'MediaRegistered', data: { title: '', filename: '', tags: [], via: 'tus' } },
        { type: 'MediaDeleted' },
      ]);
    });

    test('events come in the order of the log, whatever their clocks said', async () => {
      await views().tell([registered, uploaded]);
      await views().tell([started('probe')], '2020-01-01T00:00:00.000Z');
      expect((await historyOf(mediaId)).map(({ type }) => type)).toEqual([
        'MediaRegistered',
        'MediaUploaded',
        'StepStarted',
      ]);
    });

    test('an item has its own history, and one that there never was has none', async () => {
      await views().tell([registered, ...ofItem('m2', uploaded)]);
      expect(await historyOf('m2')).toMatchObject([{ type: 'MediaUploaded' }]);
      expect(await historyOf('m3')).toEqual([]);
    });
  });
}
