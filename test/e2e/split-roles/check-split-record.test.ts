import { describe, expect, test } from 'vitest';
import type { Act } from '../crash/record.js';
import { checkEnd, checkFeed, checkTopics, type KeptEvent } from './check-split-record.js';

const event = (eventId: string, stream: string, type = 'MediaRegistered', data = {}): KeptEvent => ({
  ...{ eventId, stream, type, data },
});
const keptLog = [event('1', 'media-a'), event('2', 'media-b'), event('3', 'media-a', 'MediaUploaded')];
const published = (...records: readonly [key: string, eventId: string][]) =>
  checkTopics({ keptLog, topicRecords: records.map(([key, eventId]) => ({ key, eventId })) });

describe('topics', () => {
  test('are right when each event is there in the order of its key, whatever is between them', () => {
    expect(published(['media-b', '2'], ['media-a', '1'], ['media-a', '3'])).toEqual([]);
  });

  test('may repeat what was there before', () => {
    expect(published(['media-a', '1'], ['media-a', '3'], ['media-a', '1'], ['media-b', '2'])).toEqual([]);
  });

  test('may lack nothing, hold nothing else, and turn nothing round', () => {
    expect(published(['media-a', '1'], ['media-b', '2'])).toEqual([
      'topics: MediaUploaded of media-a is missing',
    ]);
    expect(published(['media-a', '3'], ['media-a', '1'], ['media-b', '2'])).toEqual([
      'topics: MediaRegistered of media-a out of order',
    ]);
    expect(published(['media-a', '1'], ['media-a', '3'], ['media-a', '4'], ['media-b', '2'])).toEqual([
      'topics: more of media-a than the log has',
    ]);
    expect(published(['media-a', '1'], ['media-a', '3'], ['media-b', '2'], ['media-c', '5'])).toEqual([
      'topics: media-c, of which the log knows nothing',
    ]);
  });
});

test('what the feed tells is the log as the store keeps it', () => {
  const told = (...ids: string[]) =>
    checkFeed({
      keptLog,
      events: ids.map((eventId) => ({
        ...{ eventId, position: '', stream: '', revision: 0, type: '', data: {} },
      })),
    });
  expect(told('1', '2', '3')).toEqual([]);
  expect(told('1', '3', '2')).toEqual(['feed: 3 where 2 is due']);
  expect(told('1', '2')).toEqual(['feed: undefined where 3 is due']);
  expect(told('1', '2', '3', '4')).toEqual(['feed: 1 more than the log']);
});

describe('an upload that was acknowledged', () => {
  const act: Act = {
    ...{ kind: 'upload', title: 'A', sha256: 'aa', mediaId: 'a', position: '1' },
    ...{ isMedia: true, bytesComeLater: false },
  };
  const ends = (type: string, data = {}) => checkEnd(act, [...keptLog, event('9', 'media-a', type, data)]);

  test('ends published, in review, or taken away by a person', () => {
    expect(ends('MediaPublished')).toEqual([]);
    expect(ends('ModerationDecided', { outcome: 'in_review' })).toEqual([]);
    expect(ends('MediaReviewed', { decision: 'reject' })).toEqual([]);
    expect(ends('MediaDeleted')).toEqual([]);
  });

  test('is lost when it ends otherwise', () => {
    const lost = ['lost: upload "A" (a) ended neither published nor in review'];
    expect(ends('ProcessingFailed')).toEqual(lost);
    expect(ends('ModerationDecided', { outcome: 'approved' })).toEqual(lost);
    expect(checkEnd({ ...act, mediaId: null }, keptLog)).toEqual([]);
  });
});
