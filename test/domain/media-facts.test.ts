import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../src/core/event.js';
import { addSeconds } from '../../src/core/time.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { mediaFactsIn } from '../../src/domain/media/media-facts.js';
import { recorded } from '../kit/golden-events.js';
import { mediaId, policy, probe, registered } from '../kit/media-fixtures.js';

const uploaded: MediaEvent = {
  type: 'MediaUploaded',
  data: { mediaId, blobKey: 'b', sizeBytes: 7, sha256: 'ab' },
};
const probed: MediaEvent = { type: 'MediaProbed', data: { mediaId, kind: 'image', probe } };
const published: MediaEvent = { type: 'MediaPublished', data: { mediaId } };
const reviewed: MediaEvent = {
  type: 'MediaReviewed',
  data: { mediaId, about: 'review', decision: 'approve', reason: '', reviewer: 'r', policy },
};

/** Ten seconds lie between two events. */
const factsOf = (...events: MediaEvent[]) =>
  mediaFactsIn(
    (recorded(events) as RecordedEvent<MediaEvent>[]).map((event, index) => ({
      ...event,
      metadata: { ...event.metadata, occurredAt: addSeconds('2026-11-21T09:00:00.000Z', 10 * index) },
    })),
  );

test.each<[string, readonly MediaEvent[], object]>([
  [
    'of what is not looked at yet',
    [registered, uploaded],
    { kind: null, sizeBytes: 7, processingSeconds: null },
  ],
  [
    'of what is published',
    [registered, uploaded, probed, published],
    { kind: 'image', sizeBytes: 7, publications: 1, processingSeconds: 20 },
  ],
  [
    'of what a person let through',
    [registered, uploaded, probed, reviewed, published],
    { kind: 'image', processingSeconds: null },
  ],
  [
    'of what is published again',
    [registered, uploaded, probed, published, reviewed, published],
    { publications: 2, processingSeconds: null },
  ],
  ['of nothing', [], { kind: null, sizeBytes: null, processingSeconds: null }],
])('what an item is and how long it took is told %s', (_, events, facts) => {
  expect(factsOf(...events)).toMatchObject(facts);
});
