import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { Probe } from '../../src/domain/media/media-values.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  failed,
  failStep,
  heldBy,
  inProcess,
  mediaId,
  model,
  moderated,
  planned,
  probe,
  probedItem,
  processingFailed,
  published,
  recordRenditions,
  registered,
  rendition,
  renditionCompleted,
  started,
  uploaded,
} from '../kit/media-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;

const poster = { blobKey: 'media/m1/poster/j1-1/poster.jpg', atSeconds: 3 };
const drawn: MediaEvent = { type: 'PosterGenerated', data: { mediaId, poster } };
const draw: MediaCommand = { type: 'RecordPoster', data: { ...heldBy('poster'), poster } };
const toPerson: MediaEvent = {
  type: 'ModerationDecided',
  data: {
    mediaId,
    outcome: 'in_review',
    rule: 'moderation_failed',
    explanation: 'No model could look at this item, so a person has to (ffmpeg_failed: no)',
    ...{ causes: [], policy: null },
  },
};

const withPoster: readonly MediaEvent[] = [
  ...probedItem,
  ...[planned('poster', 'transcode', 'thumbnails', 'moderate', 'tag'), started('poster')],
];
const allButPoster = [...withPoster, renditionCompleted(), completed('transcode'), moderated('approved')];

const specifications: Spec[] = [
  {
    name: 'what is allowed and playable waits for its poster',
    given: [...withPoster, moderated('approved'), started('transcode')],
    when: recordRenditions('transcode', rendition()),
    then: [renditionCompleted(), completed('transcode')],
  },
  {
    name: 'a poster that comes last publishes the item',
    given: allButPoster,
    when: draw,
    then: [drawn, completed('poster'), published],
  },
  {
    name: 'a poster is not there for what another step has made',
    given: allButPoster,
    when: { type: 'RecordTags', data: { ...heldBy('poster'), model, tags: [] } },
    then: [],
  },
  {
    name: 'a poster that comes first waits for what there is to play',
    given: [...withPoster, moderated('approved')],
    when: draw,
    then: [drawn, completed('poster')],
  },
  {
    name: 'an item planned by a release that drew the poster later is published without',
    given: [...inProcess, moderated('approved'), started('transcode')],
    when: recordRenditions('transcode', rendition()),
    then: [renditionCompleted(), completed('transcode'), published],
  },
  {
    name: 'an item no poster can be drawn of has failed, whatever there is to play',
    given: allButPoster,
    when: failStep('poster'),
    then: [failed('poster'), processingFailed('poster')],
  },
  {
    name: 'an item no poster can be drawn of has failed at once, whatever is still at work',
    given: [...withPoster, started('transcode'), started('moderate')],
    when: failStep('poster'),
    then: [failed('poster'), processingFailed('poster')],
  },
  {
    name: 'a poster tried again is no failure yet',
    given: allButPoster,
    when: { type: 'FailStep', data: { ...failStep('poster').data, final: false } } as MediaCommand,
    then: [
      {
        type: 'StepAttemptFailed',
        data: { ...heldBy('poster'), code: 'ffmpeg_failed', message: 'no', retryAt: null },
      },
    ],
  },
  {
    name: 'a poster that is drawn after a retry publishes the item',
    given: [
      ...[...allButPoster, failed('poster'), processingFailed('poster')],
      { type: 'ProcessingRetried', data: { mediaId, steps: ['poster'], wasFailed: true } },
      started('poster', 'j2'),
    ],
    when: { type: 'RecordPoster', data: { ...heldBy('poster', 'j2'), poster } },
    then: [drawn, completed('poster', 'j2'), published],
  },
  {
    name: 'what neither a poster could be drawn of nor a model look at is no person’s work',
    given: [...withPoster, failed('poster'), processingFailed('poster'), started('moderate')],
    when: failStep('moderate'),
    then: [failed('moderate')],
  },
  {
    name: 'what no model could look at goes to a person once there is a poster',
    given: [...withPoster, started('moderate'), failed('moderate')],
    when: draw,
    then: [drawn, completed('poster'), toPerson],
  },
  {
    name: 'what no model could look at, and then no poster could be drawn of, has failed',
    given: [...withPoster, started('moderate'), failed('moderate')],
    when: failStep('poster'),
    then: [failed('poster'), processingFailed('poster')],
  },
  {
    name: 'what a person looks at does not fail over its poster before they have decided',
    given: [...withPoster, moderated('in_review')],
    when: failStep('poster'),
    then: [failed('poster')],
  },
];

describe('a poster', () => {
  test.each(specifications)('$name', (specification) => verify(media.decider, specification));

  const stepsFor = (found: Probe) => {
    const { decide, evolve, initialState } = media.decider;
    const state = [registered, uploaded, started('probe')].reduce(evolve, initialState);
    const events = decide({ type: 'RecordProbe', data: { ...heldBy('probe'), probe: found } }, state);
    return events.flatMap((event) =>
      event.type === 'ProcessingPlanned' ? event.data.steps.map(({ step }) => step) : [],
    );
  };

  test('is planned for what has a picture', () => {
    expect(stepsFor(probe)).toContain('poster');
  });
});
