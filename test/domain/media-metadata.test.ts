import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../src/core/event.js';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { describedItemIn, fewLines } from '../../src/domain/media/metadata/described-item.js';
import { earlierSuggestion, tokensSpentIn } from '../../src/domain/media/metadata/earlier-suggestion.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import { mediaId, model, probe, registered, uploaded } from '../kit/media-fixtures.js';

type EventOf<Type extends MediaEvent['type']> = Extract<MediaEvent, { type: Type }>;
type Data = EventOf<'MetadataSuggested'>['data'];

const requested = (requestId = 'r1'): MediaEvent => ({
  type: 'MetadataRequested',
  data: { mediaId, requestId },
});
const suggestion = (more: Partial<Data> = {}): Data => ({
  ...{ mediaId, requestId: 'r1', model, taxonomy: { version: '1', hash: 'ab' } },
  title: { text: 'At sea', confidence: 0.6 },
  summary: { text: 'A boat leaves.', confidence: 0.5 },
  tags: [{ name: 'boats', confidence: 0.7 }],
  genre: { name: 'vlog', confidence: 0.4 },
  ...{ askedHash: 'h', isRemembered: false },
  ...more,
});
const suggested = (more: Partial<Data> = {}): MediaEvent => ({
  type: 'MetadataSuggested',
  data: suggestion(more),
});
const ask = (requestId = 'r1'): MediaCommand => ({ type: 'RequestMetadata', data: { mediaId, requestId } });
const record: MediaCommand = { type: 'RecordMetadata', data: suggestion() };
const failing = { mediaId, requestId: 'r1', code: 'c', message: 'm' };
const accept = (
  fields: ('title' | 'description' | 'tags' | 'genre')[],
  requestId?: string,
): MediaCommand => ({
  type: 'AcceptMetadata',
  data: { mediaId, fields, requestId },
});
const probed: MediaEvent = { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } };
const item = [registered, uploaded, probed];
const edited: MediaEvent = {
  type: 'MediaDetailsChanged',
  data: { mediaId, title: 'Ours', description: 'By us', tags: ['ours'] },
};
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };

test.each<Specification<MediaCommand, MediaEvent>>([
  { name: 'suggestions are asked for', given: item, when: ask(), then: [requested()] },
  {
    name: 'who asks beside another waits for the same',
    given: [...item, requested()],
    when: ask('r2'),
    then: [],
  },
  {
    name: 'they are asked for again once there are some',
    given: [...item, requested(), suggested()],
    when: ask('r2'),
    then: [requested('r2')],
  },
  {
    name: 'of nothing that is not here yet',
    given: [registered],
    when: ask(),
    then: { refusedWith: 'still_uploading' },
  },
  {
    name: 'of nothing deleted',
    given: [...item, deleted],
    when: ask(),
    then: { refusedWith: 'media_deleted' },
  },
  {
    name: 'of nothing rejected',
    given: [...item, { type: 'MediaRejected', data: { mediaId, by: 'policy', reason: 'r' } }],
    when: ask(),
    then: { refusedWith: 'media_rejected' },
  },
  {
    name: 'what a model suggests changes nothing that people wrote',
    given: [...item, edited, requested()],
    when: record,
    then: [suggested()],
  },
  { name: 'what nobody waits for is not kept', given: [...item, requested('r2')], when: record, then: [] },
  { name: 'nor what is of a deleted item', given: [...item, requested(), deleted], when: record, then: [] },
  {
    name: 'that there is nothing to be had is told',
    given: [...item, requested()],
    when: { type: 'FailMetadata', data: failing },
    then: [{ type: 'MetadataFailed', data: failing }],
  },
  {
    name: 'and it can be asked for again then',
    given: [...item, requested(), { type: 'MetadataFailed', data: failing }],
    when: ask('r2'),
    then: [requested('r2')],
  },
  {
    name: 'a person takes a title, and nothing else is changed',
    given: [...item, edited, requested(), suggested()],
    when: accept(['title'], 'r1'),
    then: [
      {
        type: 'MetadataAccepted',
        data: { mediaId, title: { text: 'At sea', confidence: 0.6, model }, description: null, tags: [] },
      },
      { type: 'MediaDetailsChanged', data: { mediaId, title: 'At sea' } },
    ],
  },
  {
    name: 'tags and a genre come beside those that people gave',
    given: [...item, edited, requested(), suggested()],
    when: accept(['tags', 'genre']),
    then: [
      {
        type: 'MetadataAccepted',
        data: {
          ...{ mediaId, title: null, description: null },
          tags: [
            { name: 'vlog', confidence: 0.4, model },
            { name: 'boats', confidence: 0.7, model },
          ],
        },
      },
      { type: 'MediaDetailsChanged', data: { mediaId, tags: ['ours', 'vlog', 'boats'] } },
    ],
  },
  {
    name: 'nothing can be taken where nothing is suggested',
    given: item,
    when: accept(['title']),
    then: { refusedWith: 'no_suggestion' },
  },
  {
    name: 'nor what the model had nothing for',
    given: [...item, requested(), suggested({ summary: null })],
    when: accept(['description']),
    then: { refusedWith: 'no_suggestion' },
  },
  {
    name: 'nor what was replaced since it was looked at',
    given: [...item, requested(), suggested(), requested('r2'), suggested({ requestId: 'r2' })],
    when: accept(['title'], 'r1'),
    then: { refusedWith: 'suggestion_replaced' },
  },
])('$name', (specification) => verify(media.decider, specification));

const recorded = (events: readonly MediaEvent[]) => events as readonly RecordedEvent<MediaEvent>[];
const found = (origin: 'speech' | 'picture', lines: readonly string[]): MediaEvent => ({
  type: 'TextFound',
  data: {
    ...{ mediaId, origin, model: null },
    texts: [
      { language: 'en', streamIndex: null, lines: lines.map((text, atSeconds) => ({ atSeconds, text })) },
    ],
  },
});

test('a model is told what people wrote last, what was seen and said, and nothing of whose it is', () => {
  const tags = [{ label: 'boat', confidence: 0.9, appearances: [{ startSeconds: 3, endSeconds: 4 }] }];
  const history = recorded([
    ...[...item, edited, found('speech', ['Ahoy.']), found('picture', ['PORT'])],
    { type: 'TagsGenerated', data: { mediaId, model, tags } },
  ]);
  expect(describedItemIn(history)).toMatchObject({
    ...{ title: 'Ours', isTitleFilename: false, description: 'By us', tags: ['ours'] },
    seen: [{ label: 'boat', confidence: 0.9, firstSeconds: 3 }],
    said: [{ atSeconds: 0, text: 'Ahoy.' }],
    shown: [{ atSeconds: 0, text: 'PORT' }],
    technical: { kind: 'video' },
  });
  expect(JSON.stringify(describedItemIn(history))).not.toContain(mediaId);
});

test('of long texts a model is told some lines from all over', () => {
  const lines = Array.from({ length: 5000 }, (_, atSeconds) => ({
    atSeconds,
    text: `Line ${atSeconds} of many.`,
  }));
  const few = fewLines(lines, 6000);
  expect(few.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(6000);
  expect(few.length).toBeGreaterThan(100);
  expect(few.at(-1)?.atSeconds).toBeGreaterThan(4500);
});

test('the same question to the same provider is answered from history, and tokens are added up', () => {
  const paid = { ...model, provider: 'openai', tokens: { input: 90, output: 10 } };
  const history = recorded([
    ...item,
    suggested({ model: paid }),
    suggested({ askedHash: 'other', model: paid }),
  ]);
  expect(earlierSuggestion(history, { askedHash: 'h', provider: 'openai' })?.askedHash).toBe('h');
  expect(earlierSuggestion(history, { askedHash: 'h', provider: 'local' })).toBeUndefined();
  expect(earlierSuggestion(history, { askedHash: 'x', provider: 'openai' })).toBeUndefined();
  expect(tokensSpentIn(history)).toBe(200);
});
