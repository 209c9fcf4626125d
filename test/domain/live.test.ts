import { describe, expect, test } from 'vitest';
import { type LiveCommand, live } from '../../src/domain/live/live.js';
import type { LiveEvent, Sighting } from '../../src/domain/live/live-events.js';
import { type Specification, verify } from '../kit/given-when-then.js';

type Spec = Specification<LiveCommand, LiveEvent>;

const sourceId = 'l1';
const source = { sourceId, name: 'Gate', kind: 'rtsp', everySeconds: 1, heartbeatSeconds: 60 } as const;
const sighting: Sighting = {
  ...{ from: '2026-11-21T09:30:00.000Z', to: '2026-11-21T09:30:01.000Z', lastSequence: 2, framesSeen: 2 },
  framesDropped: { publisher: 0, queue: 0, unseen: 0 },
  ...{ labels: [], labelsNow: [], moderation: [], models: [] },
};
const broken = { sourceId, code: 'source_unavailable', retryAt: '2026-11-21T09:31:00.000Z', nextSequence: 3 };
const silence = { sourceId, code: 'live_source_silent', retryAt: null, nextSequence: null };

const started: LiveEvent = { type: 'LiveSourceStarted', data: source };
const seen: LiveEvent = { type: 'LiveFramesSeen', data: { sourceId, ...sighting } };
const seenLate: LiveEvent = { type: 'LiveFramesSeen', data: { sourceId, ...sighting, late: true } };
const interrupted: LiveEvent = { type: 'LiveSourceInterrupted', data: broken };
const silent: LiveEvent = { type: 'LiveSourceInterrupted', data: silence };
const ended: LiveEvent = { type: 'LiveSourceEnded', data: { sourceId, reason: 'finished', code: null } };
const removed: LiveEvent = { type: 'LiveSourceRemoved', data: { sourceId } };
const start: LiveCommand = { type: 'StartLiveSource', data: source };
const record = { type: 'RecordLiveFrames', data: { sourceId, ...sighting } } satisfies LiveCommand;
const interrupt: LiveCommand = { type: 'InterruptLiveSource', data: broken };
const fallSilent: LiveCommand = { type: 'InterruptLiveSource', data: silence };
const end: LiveCommand = { type: 'EndLiveSource', data: { sourceId, reason: 'finished', code: null } };
const dropped = { lastSequence: null, framesSeen: 0 };
const remove: LiveCommand = { type: 'RemoveLiveSource', data: { sourceId } };

const specifications: Spec[] = [
  { name: 'a source begins', given: [], when: start, then: [started] },
  { name: 'it begins once', given: [started], when: start, then: { refusedWith: 'live_source_exists' } },
  {
    name: 'of a source that nobody began nothing is told',
    ...{ given: [], when: record, then: { refusedWith: 'live_source_not_found' } },
  },
  { name: 'what was seen is told', given: [started], when: record, then: [seen] },
  { name: 'that it broke off is told', given: [started], when: interrupt, then: [interrupted] },
  {
    name: 'each time that it is tried again is told',
    given: [started, interrupted],
    when: { ...interrupt, data: { ...broken, code: 'live_source_ended' } },
    then: [{ type: 'LiveSourceInterrupted', data: { ...broken, code: 'live_source_ended' } }],
  },
  { name: 'the same trouble is told once', given: [started, interrupted], when: interrupt, then: [] },
  {
    name: 'that it is silent says nothing new of one that broke off',
    ...{ given: [started, interrupted], when: fallSilent, then: [] },
  },
  { name: 'silence is told', given: [started, seen], when: fallSilent, then: [silent] },
  { name: 'one that was silent is seen again', given: [started, silent], when: record, then: [seen] },
  {
    name: 'one that was seen again may break off again',
    ...{ given: [started, interrupted, seen], when: interrupt, then: [interrupted] },
  },
  {
    name: 'frames that were taken before it broke off are told of, as late ones',
    ...{ given: [started, interrupted], when: record, then: [seenLate] },
  },
  {
    name: 'late frames do not mend it',
    ...{ given: [started, interrupted, seenLate], when: interrupt, then: [] },
  },
  {
    name: 'what became of frames that nobody looked at does not mend it',
    given: [started, interrupted],
    when: { ...record, data: { ...record.data, ...dropped } },
    then: [{ type: 'LiveFramesSeen', data: { ...record.data, ...dropped, late: true } }],
  },
  {
    name: 'one that broke off is seen again with the first frame that was taken since',
    given: [started, interrupted],
    when: { ...record, data: { ...record.data, lastSequence: 3 } },
    then: [{ type: 'LiveFramesSeen', data: { ...record.data, lastSequence: 3 } }],
  },
  { name: 'it ends', given: [started], when: end, then: [ended] },
  { name: 'it ends once', given: [started, ended], when: end, then: [] },
  {
    name: 'frames that were under way as it ended are told of, as late ones',
    ...{ given: [started, ended], when: record, then: [seenLate] },
  },
  {
    name: 'late frames do not begin it again',
    ...{ given: [started, ended, seenLate], when: record, then: [seenLate] },
  },
  { name: 'what has ended does not break off', given: [started, ended], when: interrupt, then: [] },
  { name: 'one that has ended is removed', given: [started, ended], when: remove, then: [removed] },
  {
    name: 'one that runs is not removed',
    ...{ given: [started], when: remove, then: { refusedWith: 'live_source_running' } },
  },
  {
    name: 'of a removed one nothing more is told',
    ...{ given: [started, ended, removed], when: record, then: [] },
  },
  {
    name: 'removing may be repeated, so that what was cut off in between is done',
    ...{ given: [started, ended, removed], when: remove, then: [] },
  },
];

describe('a live source', () => {
  test.each(specifications)('$name', (specification) => verify(live.decider, specification));

  test('has a stream of its own', () => {
    expect(live.streamOf(record)).toBe('live-l1');
  });
});
