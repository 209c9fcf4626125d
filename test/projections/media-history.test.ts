import { expect, test } from 'vitest';
import { mediaEvents } from '../../src/domain/media/media-events.js';

import { mediaHistory } from '../../src/projections/media-history.js';
import { framesFor, mediaId, model, registered } from '../kit/media-fixtures.js';
import { rowsAfter } from '../kit/project-rows.js';

test('the history is of every event there is of an item', () => {
  expect(Object.keys(mediaHistory.on)).toEqual(Object.keys(mediaEvents));
});

test('an event is told with who, when and what', () => {
  expect(rowsAfter(mediaHistory, [registered]).media_history).toEqual([
    {
      media_id: mediaId,
      position: '0000000000000001',
      event_id: '11111111-1111-8111-8111-000000000001',
      type: 'MediaRegistered',
      occurred_at: '2026-11-21T09:30:00.001Z',
      actor: 'ada',
      data: { ...registered.data, filename: '', title: '', tags: [] },
    },
  ]);
});

test('what is personal in it is apart, and goes with the item', () => {
  const before = rowsAfter(mediaHistory, [registered]);
  expect(before.media_history_personal).toEqual([
    {
      media_id: mediaId,
      position: '0000000000000001',
      personal: { filename: 'clip.mp4', title: 'Clip', tags: ['a'] },
    },
  ]);
  const after = rowsAfter(mediaHistory, [registered, { type: 'MediaDeleted', data: { mediaId } }]);
  expect(after.media_history_personal).toEqual([]);
  expect(after.media_history?.map(({ type }) => type)).toEqual(['MediaRegistered', 'MediaDeleted']);
});

test('frames are counted and not shown', () => {
  const frames = framesFor('rejected');
  const [row] =
    rowsAfter(mediaHistory, [{ type: 'ModerationScored', data: { mediaId, model, frames } }]).media_history ??
    [];
  expect(row?.data).toEqual({ mediaId, model, frameCount: 4 });
});
