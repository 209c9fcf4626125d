import { describe, expect, test } from 'vitest';
import { positionAt } from '../../../src/core/numbered-position.js';
import type { Item } from '../support/client.js';
import { faultsOf } from './check-record.js';
import type { Act, CrashRecord, LogEvent } from './record.js';
import { scenarioOf } from './scenario.js';

type Happened = readonly [stream: string, type: string, data?: Record<string, unknown>];

const kept: readonly Happened[] = [
  ['media-a', 'MediaRegistered', { mediaId: 'a', title: 'A' }],
  ['media-a', 'MediaUploaded', { mediaId: 'a', sha256: 'aa' }],
  ['media-a', 'StepCompleted', { mediaId: 'a', step: 'probe' }],
  ['media-a', 'ProcessingPlanned', { mediaId: 'a', steps: [{ step: 'transcode' }] }],
  ['media-a', 'StepCompleted', { mediaId: 'a', step: 'transcode' }],
  ['media-a', 'MediaPublished', { mediaId: 'a' }],
  ['media-a', 'MediaDetailsChanged', { mediaId: 'a', title: 'A2' }],
];
const deleted: readonly Happened[] = [
  ['media-b', 'MediaRegistered', { mediaId: 'b', title: 'B' }],
  ['media-b', 'MediaDeleted', { mediaId: 'b' }],
  ['media-b', 'MediaPurged', { mediaId: 'b' }],
];
const watched: readonly Happened[] = [
  ['viewer-v', 'InteractionRecorded', { userId: 'v', mediaId: 'a', type: 'play' }],
  ['viewer-v', 'InteractionRecorded', { userId: 'v', mediaId: 'a', type: 'play' }],
  ['recommendation-r', 'RecommendationRequested', { requestId: 'r', userId: 'v' }],
  ['recommendation-r', 'RecommendationGenerated', { requestId: 'r', userId: 'v' }],
];
const all = [...kept, ...deleted, ...watched];

function logOf(happened: readonly Happened[]): LogEvent[] {
  const revisions = new Map<string, number>();
  return happened.map(([stream, type, data = {}], index) => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    return { position: positionAt(index + 1), eventId: `event ${index}`, stream, revision, type, data };
  });
}

const item = (status: string, steps: Item['steps'] = []): Item => ({
  id: 'a',
  status,
  steps,
  playbackUrl: null,
  posterUrl: null,
  previewGifUrl: null,
  storyboardUrl: null,
  chaptersUrl: null,
  chaptersSource: null,
  subtitleTracks: [],
  detectedTags: [],
  sha256: 'aa',
  durationSeconds: 1,
  renditions: [],
  audioTracks: [],
  moderation: null,
  failure: status === 'failed' ? { code: 'tool_failed' } : null,
});

const end = positionAt(all.length);
const acts: readonly Act[] = [
  {
    ...{ kind: 'upload', title: 'A', sha256: 'aa', mediaId: 'a', position: positionAt(2) },
    ...{ isMedia: true, bytesComeLater: false },
  },
  { kind: 'offset', title: 'A', acknowledgedBytes: 10, foundBytes: 12 },
  { kind: 'edit', mediaId: 'a', title: 'A2', position: end },
  { kind: 'delete', mediaId: 'b', position: end },
  { kind: 'interactions', userId: 'v', mediaId: 'a', types: ['play', 'play'], position: end },
  { kind: 'recommendation', userId: 'v', requestId: 'r', position: end },
];
const sound: CrashRecord = {
  acts,
  events: logOf(all),
  items: { a: item('published'), b: null },
  viewsUnlikeRebuilt: [],
  leftOver: [],
  storage: [],
  storedMediaIds: ['a'],
};
const without = (type: string) => logOf(all.filter((each) => each[1] !== type));
const again = (...more: readonly Happened[]) => logOf([...all, ...more]);

const reviewed = (decision: 'approve' | 'reject') => ({ mediaId: 'a', decision });
const reviewEvent = (decision: 'approve' | 'reject'): Happened => [
  'media-a',
  'MediaReviewed',
  reviewed(decision),
];
const reviewOf = (decision: 'approve' | 'reject', position = end): Act => ({
  kind: 'review',
  mediaId: 'a',
  decision,
  position,
});
const noMedia: Act = {
  kind: 'upload',
  title: 'A',
  sha256: 'aa',
  isMedia: false,
  bytesComeLater: false,
  mediaId: 'a',
  position: end,
};
/** Of the item that is deleted. */
const uploadOfB = (bytesComeLater: boolean): Act => ({
  ...noMedia,
  ...{ title: 'B', sha256: 'bb', mediaId: 'b', isMedia: true, bytesComeLater },
});
const step = (status: string): Item['steps'][number] => ({ step: 'transcode', status, error: null });

test('a record in which all is well has no faults', () => {
  expect(faultsOf(sound)).toEqual([]);
});

test('what nobody was told may have happened or not', () => {
  const silent = acts.map((act) => (act.kind === 'edit' ? { ...act, position: null } : act));
  expect(faultsOf({ ...sound, acts: silent })).toEqual([]);
  expect(faultsOf({ ...sound, acts: silent, events: without('MediaDetailsChanged') })).toEqual([]);
});

describe('what is erased of a deleted item', () => {
  const edit = (position: string | null): Act => ({ kind: 'edit', mediaId: 'b', title: 'B2', position });
  const changed: Happened = ['media-b', 'MediaDetailsChanged', { mediaId: 'b', title: '' }];
  const erased = all.map(
    ([stream, type, data = {}]): Happened =>
      type === 'MediaRegistered' && data.mediaId === 'b'
        ? [stream, type, { ...data, title: '' }]
        : [stream, type, data],
  );
  const later = positionAt(all.length + 2);
  const faults = (edits: readonly Act[], changes: readonly Happened[]) =>
    faultsOf({ ...sound, acts: [...acts, ...edits], events: logOf([...erased, ...changes]) });

  test('is known to have happened once by what else is told of it', () => {
    expect(faults([uploadOfB(true), edit(later), edit(null)], [changed, changed])).toEqual([]);
  });

  test('is missed, and noticed when there is too much of it or it comes too late', () => {
    expect(faults([edit(later), edit(later)], [changed])).toContain('lost: edit of b');
    expect(faults([edit(later)], [changed, changed])).toContain('twice: edits of b, 2 times');
    expect(faults([edit(end)], [changed])).toContain('told too early: edit of b');
  });
});

test('what is no video fails, and leaves a dead letter to be replayed', () => {
  const record: CrashRecord = {
    ...sound,
    acts: [noMedia],
    items: { ...sound.items, a: item('failed', [step('failed')]) },
    leftOver: [`dead letter {"mediaId":"a"}`],
    events: logOf(all.filter(([, type]) => type !== 'StepCompleted' && type !== 'ProcessingPlanned')),
  };
  expect(faultsOf(record)).toEqual([]);
});

test('the bytes of a deleted item were there when its client was told so, but for those that were still to be joined', () => {
  const record = (bytesComeLater: boolean): CrashRecord => ({
    ...sound,
    acts: [...acts, uploadOfB(bytesComeLater)],
  });
  expect(faultsOf(record(true))).toEqual([]);
  expect(faultsOf(record(false))).toEqual(['lost: the bytes of upload "B"']);
});

test('of what a person rejected, what was planned need not be done', () => {
  const events = logOf([
    ...all.filter(([, , data]) => data?.step !== 'transcode'),
    reviewEvent('reject'),
    ['media-a', 'MediaRejected', { mediaId: 'a' }],
  ]);
  const items = { ...sound.items, a: item('rejected', [step('cancelled')]) };
  const told = [...acts, reviewOf('reject', positionAt(all.length + 1))];
  expect(faultsOf({ ...sound, events, items, acts: told })).toEqual([]);
});

describe('a broken record is found out', () => {
  const broken: readonly [string, Partial<CrashRecord>, RegExp][] = [
    ['an upload that is not in the log', { events: without('MediaRegistered') }, /^lost: upload "A"/],
    ['an upload without its bytes', { events: without('MediaUploaded') }, /^lost: the bytes of upload "A"/],
    [
      'an upload that became two items',
      { events: again(['media-c', 'MediaRegistered', { mediaId: 'c', title: 'A' }]) },
      /^twice: upload "A" is 2 items/,
    ],
    [
      'bytes of tus that were acknowledged',
      { acts: [{ kind: 'offset', title: 'A', acknowledgedBytes: 10, foundBytes: 4 }] },
      /^lost: 6 acknowledged bytes/,
    ],
    ['an edit', { events: without('MediaDetailsChanged') }, /^lost: edit "A2"/],
    [
      'an edit made twice',
      { events: again(['media-a', 'MediaDetailsChanged', { mediaId: 'a', title: 'A2' }]) },
      /^twice: edit "A2", 2 times/,
    ],
    [
      'an edit after the position that was told',
      { acts: [{ kind: 'edit', mediaId: 'a', title: 'A2', position: positionAt(1) }] },
      /^told too early: edit/,
    ],
    ['a review', { acts: [reviewOf('approve')] }, /^lost: review of a/],
    [
      'a review that was taken down as another',
      { acts: [reviewOf('approve')], events: again(['media-a', 'MediaReviewed', reviewed('reject')]) },
      /^lost: review of a/,
    ],
    [
      'a review made twice',
      { events: again(...(['reject', 'approve'] as const).map(reviewEvent)) },
      /^twice: MediaReviewed of a/,
    ],
    ['a retry', { acts: [{ kind: 'retry', mediaId: 'a', position: end }] }, /^lost: retry of a/],
    ['what is no media and published', { acts: [noMedia] }, /^answer: a is no media and published/],
    ['the dead letter of a video', { leftOver: [`dead letter {"mediaId":"a"}`] }, /^stuck: dead letter/],
    ['a deletion', { events: without('MediaDeleted') }, /^lost: deletion of b/],
    [
      'a deletion that is still shown',
      { items: { ...sound.items, b: item('published') } },
      /^lost: the deletion/,
    ],
    ['a deletion that is not purged', { events: without('MediaPurged') }, /^stuck: deleted b/],
    ['bytes of what is deleted', { storedMediaIds: ['a', 'b'] }, /^storage: bytes of deleted b/],
    [
      'an interaction',
      { events: logOf(all.filter((_, index) => index !== kept.length + deleted.length)) },
      /^lost: play of v/,
    ],
    [
      'an interaction counted once more',
      { events: again(['viewer-v', 'InteractionRecorded', { userId: 'v', mediaId: 'a', type: 'play' }]) },
      /^twice: play of v, 3 times/,
    ],
    ['an unanswered recommendation', { events: without('RecommendationGenerated') }, /^stuck: answer of/],
    [
      'a recommendation answered twice',
      { events: again(['recommendation-r', 'RecommendationFailed', { requestId: 'r' }]) },
      /^twice: answer of/,
    ],
    [
      'a step done twice',
      { events: again(['media-a', 'StepCompleted', { mediaId: 'a', step: 'probe' }]) },
      /^twice: step probe/,
    ],
    [
      'an item published twice',
      { events: again(['media-a', 'MediaPublished', { mediaId: 'a' }]) },
      /^twice: MediaPublished/,
    ],
    [
      'a step that is not done',
      { events: logOf(all.filter(([, , data]) => data?.step !== 'transcode')) },
      /^lost: step transcode/,
    ],
    ['an item that goes on for ever', { items: { ...sound.items, a: item('processing') } }, /^stuck: a is/],
    ['an item that failed', { items: { ...sound.items, a: item('failed') } }, /^lost: a failed: tool_failed/],
    ['an item that no view shows', { items: { ...sound.items, a: null } }, /^lost: a is registered/],
    ['an item without its files', { storedMediaIds: [] }, /^lost: the bytes of a$/],
    ['a hole in the log', { events: sound.events.filter((_, index) => index !== 5) }, /^log: position/],
    [
      'a revision given out twice',
      { events: sound.events.map((event, index) => (index === 6 ? { ...event, revision: 5 } : event)) },
      /^log: revision 5 of media-a where 6 is due/,
    ],
    [
      'an event in two places',
      {
        events: sound.events.map((event, index) => (index === 1 ? { ...event, eventId: 'event 0' } : event)),
      },
      /^twice: event event 0/,
    ],
    ['a view that a rebuild makes otherwise', { viewsUnlikeRebuilt: ['jobs held 1'] }, /^view: jobs/],
    ['a job that waits', { leftOver: ['job x'] }, /^stuck: job x/],
    ['a complaint of the storage check', { storage: ['missing y'] }, /^storage: missing y/],
    [
      'an answer nobody should get',
      { acts: [{ kind: 'wrong-answer', what: 'GET /', answer: '500' }] },
      /^answer: GET \/ was told 500/,
    ],
  ];
  test.each(broken)('%s', (_, change, fault) => {
    expect(faultsOf({ ...sound, ...change })).toContainEqual(expect.stringMatching(fault));
  });
});

test('a seed is one scenario, another seed another', () => {
  expect(scenarioOf(7, 3)).toEqual(scenarioOf(7, 3));
  expect(scenarioOf(8, 3)).not.toEqual(scenarioOf(7, 3));
  const victims = Array.from({ length: 30 }, (_, seed) =>
    scenarioOf(seed, 3).kills.map(({ victim }) => victim),
  );
  expect(new Set(victims.flat())).toEqual(new Set(['server', 'postmaster', 'backend', 'ffmpeg', 'pictures']));
});

test('every scenario fills a view anew while its viewers tell on and on', () => {
  const scenarios = Array.from({ length: 30 }, (_, seed) => scenarioOf(seed, 3));
  for (const { rebuilds, crowd } of scenarios) {
    expect(rebuilds.length).toBeGreaterThan(0);
    expect(crowd.batches * crowd.batchSize * crowd.userIds.length).toBeGreaterThanOrEqual(300);
  }
  const uploads = scenarios.flatMap((scenario) => scenario.uploads);
  expect(new Set(uploads.map(({ via }) => via))).toEqual(new Set(['form', 'tus', 'joined']));
  expect(new Set(uploads.map(({ review }) => review))).toEqual(new Set(['approve', 'reject', null]));
  expect(new Set(uploads.map(({ clip }) => clip))).toEqual(new Set([0, 1, 2, 3]));
});
