import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { Probe } from '../../src/domain/media/media-values.js';
import { planProcessing } from '../../src/domain/media/steps/plan-processing.js';
import { stepRequest } from '../../src/domain/media/steps/step-request.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  failed,
  failStep,
  heldBy,
  mediaId,
  model,
  moderated,
  photograph,
  planned,
  probe,
  probedItem,
  published,
  registered,
  renditionCompleted,
  started,
  uploaded,
} from '../kit/media-fixtures.js';
import { song } from '../kit/sound-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;

const speaking: Probe = {
  ...{ ...probe, audio: song.audio },
  subtitles: [{ streamIndex: 2, codec: 'subrip', language: 'de' }],
};
const silent: Probe = { ...probe, audio: [] };
const seen = ['subtitles', 'captions', 'tag', 'text'];

describe('suggestions are a step of the plan', () => {
  test.each([
    ['a film with sound and subtitles', 'video', speaking, seen],
    ['a silent film', 'video', silent, ['tag', 'text']],
    ['sound', 'audio', song, ['captions']],
    ['a picture', 'image', photograph, ['tag-image', 'text-image']],
  ] as const)('of %s, after what is found of it, whichever of that is planned', (_, kind, found, after) => {
    const { steps } = planProcessing(mediaId, kind, found, { suggestions: 'suggest' }).data;
    const step = steps.find(({ step }) => step === 'suggest');
    const names: string[] = steps.map(({ step }) => step);
    expect(step?.after.filter((name) => !isUrgent(name, steps))).toEqual(after);
    expect(step?.input).toEqual({ use: 'suggest' });
    expect(names.at(-1)).toBe('suggest');
  });

  test.each(['video', 'audio', 'image'] as const)(
    'where they are wanted: of %s none is planned else',
    (kind) => {
      const found = { video: probe, audio: song, image: photograph }[kind];
      const names = planProcessing(mediaId, kind, found).data.steps.map(({ step }) => step);
      expect(names).not.toContain('suggest');
    },
  );

  test('whose job is told nothing of the item but which it is', () => {
    const item = { mediaId, blobKey: 'k', probe, ladder: [], audio: null };
    expect(stepRequest('suggest', { use: 'accept' }, item)).toEqual({
      ...{ kind: 'suggest', key: mediaId, payload: { mediaId, use: 'accept' } },
    });
  });
});

type Steps = Extract<MediaEvent, { type: 'ProcessingPlanned' }>['data']['steps'];
/** What is published with comes before everything else. */
const isUrgent = (name: string, steps: Steps) =>
  steps.some(({ step, after }) => step === name && after.length === 0);

const suggested = {
  ...{ model, taxonomy: { version: '1', hash: 'ab' }, askedHash: 'h', isRemembered: false },
  title: { text: 'At sea', confidence: 0.6 },
  summary: { text: 'A boat leaves.', confidence: 0.5 },
  tags: [{ name: 'boats', confidence: 0.7 }],
  genre: { name: 'vlog', confidence: 0.4 },
};
const record = (use: 'suggest' | 'accept'): MediaCommand => ({
  type: 'RecordSuggestions',
  data: { ...heldBy('suggest'), suggested, use },
});
const isSuggested = (requestId = 'j1'): MediaEvent => ({
  type: 'MetadataSuggested',
  data: { mediaId, requestId, ...suggested },
});
const requested: MediaEvent = { type: 'MetadataRequested', data: { mediaId, requestId: 'r1' } };

/** Announced by a client that told the file's name alone, or a title too. */
const announced = (told: object): MediaEvent =>
  ({
    ...registered,
    data: { ...registered.data, filename: 'clip.mp4', title: 'clip.mp4', description: '', tags: [], ...told },
  }) as MediaEvent;
const suggesting = (first: MediaEvent): MediaEvent[] => [
  ...[first, ...probedItem.slice(1)],
  ...[planned('transcode', 'moderate', 'suggest'), started('suggest')],
];
const bare = suggesting(announced({}));
const changed = (data: object): MediaEvent => ({ type: 'MediaDetailsChanged', data: { mediaId, ...data } });

const by = { model, byItself: true as const };
const title = { text: 'At sea', confidence: 0.6, ...by };
const description = { text: 'A boat leaves.', confidence: 0.5, ...by };
const tags = [
  { name: 'vlog', confidence: 0.4, ...by },
  { name: 'boats', confidence: 0.7, ...by },
];
const accepted = (data: object): MediaEvent => ({
  type: 'MetadataAccepted',
  data: { mediaId, title: null, description: null, tags: [], ...data },
});

const rows: Spec[] = [
  {
    name: 'what is suggested stands beside what there is',
    given: bare,
    when: record('suggest'),
    then: [isSuggested(), completed('suggest')],
  },
  {
    name: 'where it is to be taken, it is for all that nobody wrote, and each says that no person took it',
    given: bare,
    when: record('accept'),
    then: [
      ...[isSuggested(), accepted({ title, description, tags })],
      changed({ title: 'At sea', description: 'A boat leaves.', tags: ['vlog', 'boats'] }),
      completed('suggest'),
    ],
  },
  {
    name: 'a title and tags that came with the upload stay',
    given: suggesting(announced({ title: 'Ours', tags: ['ours'] })),
    when: record('accept'),
    then: [
      ...[isSuggested(), accepted({ description }), changed({ description: 'A boat leaves.' })],
      completed('suggest'),
    ],
  },
  {
    name: 'and what was written since, be it that there is to be nothing',
    given: [
      ...bare,
      changed({ title: 'clip.mp4', description: 'By us' }),
      changed({ description: '', tags: [] }),
    ],
    when: record('accept'),
    then: [isSuggested(), completed('suggest')],
  },
  {
    name: 'who asked meanwhile has their answer by it',
    given: [...bare, requested],
    when: record('suggest'),
    then: [isSuggested('r1'), completed('suggest')],
  },
  {
    name: 'what an attempt says that was overtaken is not kept',
    given: [...bare, started('suggest', 'j2')],
    when: record('accept'),
    then: [],
  },
  {
    name: 'nor what is of a deleted item',
    given: [...bare, { type: 'MediaDeleted', data: { mediaId } }],
    when: record('accept'),
    then: [],
  },
  {
    name: 'another step is not ended by it',
    given: [...probedItem, planned('tag', 'suggest'), started('tag')],
    when: { type: 'RecordSuggestions', data: { ...heldBy('tag'), suggested, use: 'suggest' } },
    then: [],
  },
];
test.each(rows)('$name', (row) => verify(media.decider, row));

const spent = { code: 'provider_budget_spent' as const, message: 'as much as it may be' };
const failing: MediaCommand = { type: 'FailStep', data: { ...failStep('suggest').data, ...spent } };
const stepFailed: MediaEvent = { type: 'StepFailed', data: { ...heldBy('suggest'), ...spent } };
const inPublic = [...bare, started('transcode'), renditionCompleted(), completed('transcode')];

const failures: Spec[] = [
  {
    name: 'of a step that fails it is told why, where suggestions are looked for, and the item goes on',
    given: bare,
    when: failing,
    then: [stepFailed, { type: 'MetadataFailed', data: { mediaId, requestId: 'j1', ...spent } }],
  },
  {
    name: 'but not to who has asked meanwhile, and is answered apart',
    given: [...bare, requested],
    when: failing,
    then: [stepFailed],
  },
  {
    name: 'the item is published before anything is suggested',
    given: [...inPublic, started('moderate'), moderated('approved')],
    when: { type: 'FailStep', data: { ...failStep('moderate').data, jobId: 'gone' } },
    then: [published],
  },
  {
    name: 'a step that failed is retried',
    given: [...bare.slice(0, -2), planned('suggest'), started('suggest'), failed('suggest')],
    when: { type: 'RetryProcessing', data: { mediaId } },
    then: [{ type: 'ProcessingRetried', data: { mediaId, steps: ['suggest'], wasFailed: false } }],
  },
  {
    name: 'with its item it is cancelled',
    given: [...probedItem, planned('suggest')],
    when: { type: 'DeleteMedia', data: { mediaId } },
    then: [
      { type: 'StepsCancelled', data: { mediaId, steps: ['suggest'] } },
      { type: 'MediaDeleted', data: { mediaId } },
    ],
  },
  {
    name: 'an item of before is given it where it is looked at again',
    given: [
      ...[registered, uploaded, started('probe')],
      { type: 'MediaProbed', data: { mediaId, kind: 'image', probe: photograph } },
      ...[completed('probe'), planned('image', 'moderate-image', 'tag-image', 'text-image')],
      { type: 'ProcessingRetried', data: { mediaId, steps: ['probe'], wasFailed: false } },
      started('probe'),
    ],
    when: { type: 'RecordProbe', data: { ...heldBy('probe'), probe: photograph, suggestions: 'suggest' } },
    then: [
      {
        type: 'ProcessingExtended',
        data: {
          ...{ mediaId, probe: photograph },
          steps: [
            {
              ...{ step: 'suggest', input: { use: 'suggest' } },
              after: ['image', 'moderate-image', 'tag-image', 'text-image'],
            },
          ],
        },
      },
      completed('probe'),
    ],
  },
];
test.each(failures)('$name', (row) => verify(media.decider, row));
