import { expect, test } from 'vitest';
import type { EventDefinitions } from '../../src/core/event.js';
import type { JsonObject } from '../../src/core/json.js';
import { partPersonal } from '../../src/core/personal-data.js';
import type { AnyProjection } from '../../src/core/projection-store.js';
import { eventDefinitions, type MediaFlowEvent } from '../../src/domain/index.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { projections } from '../../src/projections/index.js';
import { framesFor, mediaId, model, policy, probe, registered, uploaded } from '../kit/media-fixtures.js';
import { rowsAfter } from '../kit/project-rows.js';

const definitions: EventDefinitions = eventDefinitions;

/** An event as it is read once it is erased. */
const erased = (event: MediaEvent): MediaEvent => ({
  ...event,
  data: partPersonal(definitions[event.type]?.personal ?? {}, event.data as unknown as JsonObject)
    .open as never,
});

const history: readonly MediaEvent[] = [
  registered,
  uploaded,
  {
    type: 'MediaProbed',
    data: {
      ...{ mediaId, kind: 'video' },
      probe: { ...probe, tags: { artist: 'Quirinius' }, trackTitles: { 1: 'Quirinius speaks' } },
    },
  },
  {
    type: 'TextFound',
    data: {
      ...{ mediaId, origin: 'subtitles', model: null },
      texts: [{ language: 'eng', streamIndex: 2, lines: [{ atSeconds: 1, text: 'Quirinius enters.' }] }],
    },
  },
  { type: 'MetadataRequested', data: { mediaId, requestId: 'r1' } },
  {
    type: 'MetadataSuggested',
    data: {
      ...{ mediaId, requestId: 'r1', model, taxonomy: { version: '1', hash: 'ab' } },
      title: { text: 'Quirinius enters', confidence: 0.5 },
      summary: { text: 'Quirinius is there', confidence: 0.5 },
      tags: [{ name: 'Quirinius', confidence: 0.5 }],
      genre: { name: 'Quirinius', confidence: 0.5 },
      ...{ askedHash: 'of Quirinius', isRemembered: false },
    },
  },
  {
    type: 'MetadataAccepted',
    data: {
      ...{ mediaId, description: null },
      title: { text: 'Quirinius enters', confidence: 0.5, model },
      tags: [{ name: 'Quirinius', confidence: 0.5, model }],
    },
  },
  { type: 'ModerationScored', data: { mediaId, model, frames: framesFor('in_review') } },
  {
    type: 'ModerationDecided',
    data: { mediaId, outcome: 'in_review', rule: 'r', explanation: 'why', causes: [], policy },
  },
  {
    type: 'MediaDetailsChanged',
    data: { mediaId, title: 'Wedding', description: 'of Quirinius', tags: ['q'] },
  },
  {
    type: 'MediaReviewed',
    data: { mediaId, about: 'review', decision: 'reject', reason: 'Quirinius', reviewer: 'ada', policy },
  },
  { type: 'MediaRejected', data: { mediaId, by: 'reviewer', reason: 'Quirinius' } },
  { type: 'MediaAppealed', data: { mediaId, text: 'Quirinius is innocent', appellant: 'bea' } },
  {
    type: 'ReviewProposed',
    data: {
      ...{ mediaId, about: 'appeal', decision: 'approve', reason: 'Quirinius it is', reviewer: 'bea' },
      policy,
    },
  },
  { type: 'MediaDeleted', data: { mediaId } },
];

test.each(projections.map((projection) => [projection.name, projection] as [string, AnyProjection]))(
  'the rows of %s after a deletion hold nothing that is personal, and come out of an erased history the same',
  (_, projection) => {
    const live = rowsAfter(projection, history as readonly MediaFlowEvent[]);
    expect(JSON.stringify(live)).not.toMatch(/Clip|clip\.mp4|Quirinius|Wedding/);
    expect(rowsAfter(projection, history.map(erased) as readonly MediaFlowEvent[])).toEqual(live);
  },
);
