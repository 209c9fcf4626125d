import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { stepRequest } from '../../src/domain/media/steps/step-request.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  failed,
  failStep,
  heldBy,
  inProcess,
  mediaId,
  moderated,
  planned,
  probe,
  probedItem,
  published,
  recordRenditions,
  rendition,
  renditionCompleted,
  started,
} from '../kit/media-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;

const file = {
  ...{ name: 'preview.gif', blobKey: 'media/m1/gif/j1-1/preview.gif', sizeBytes: 900_000 },
  details: { startSeconds: 5 },
};
const drawn: MediaEvent = {
  type: 'DerivativeGenerated',
  data: { mediaId, derivative: { ...file, contentType: 'image/gif' } },
};
const recordFiles = (...derivatives: (typeof file)[]): MediaCommand => ({
  type: 'RecordDerivatives',
  data: { ...heldBy('gif'), derivatives },
});
const draw = recordFiles(file);
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };

const withGif: readonly MediaEvent[] = [
  ...probedItem,
  ...[planned('transcode', 'gif', 'moderate'), started('transcode'), moderated('approved')],
];
const publishedWithoutGif = [...withGif, renditionCompleted(), completed('transcode'), published];

const specifications: Spec[] = [
  {
    name: 'is not waited for by what is allowed and playable',
    given: withGif,
    when: recordRenditions('transcode', rendition()),
    then: [renditionCompleted(), completed('transcode'), published],
  },
  {
    name: 'comes to an item that is published',
    given: [...publishedWithoutGif, started('gif')],
    when: draw,
    then: [drawn, completed('gif')],
  },
  {
    name: 'that cannot be made leaves its item published',
    given: [...publishedWithoutGif, started('gif')],
    when: failStep('gif'),
    then: [failed('gif')],
  },
  {
    name: 'that cannot be made keeps no item from being published',
    given: [...withGif, started('gif'), failed('gif')],
    when: recordRenditions('transcode', rendition()),
    then: [renditionCompleted(), completed('transcode'), published],
  },
  {
    name: 'that could not be made is made by a retry',
    given: [...publishedWithoutGif, started('gif'), failed('gif')],
    when: { type: 'RetryProcessing', data: { mediaId } },
    then: [{ type: 'ProcessingRetried', data: { mediaId, steps: ['gif'], wasFailed: false } }],
  },
  {
    name: 'of an attempt that was overtaken is not listened to',
    given: [...publishedWithoutGif, started('gif'), started('gif', 'j1', 2)],
    when: draw,
    then: [],
  },
  {
    name: 'is let go of with its item',
    given: [...publishedWithoutGif, started('gif')],
    when: { type: 'DeleteMedia', data: { mediaId } },
    then: [{ type: 'StepsCancelled', data: { mediaId, steps: ['gif', 'moderate'] } }, deleted],
  },
  {
    name: 'is none of an item whose plan has none',
    given: [...inProcess, moderated('approved'), started('transcode')],
    when: draw,
    then: [],
  },
];

describe('a file that is served', () => {
  test.each(specifications)('$name', (specification) => verify(media.decider, specification));

  test('is made of the item as it was probed', () => {
    const item = { mediaId, blobKey: 'b', probe, ladder: [], audio: null };
    expect(stepRequest('gif', {}, item)).toMatchObject({
      ...{ kind: 'gif', key: mediaId },
      payload: { mediaId, blobKey: 'b', video: probe.video, durationSeconds: probe.durationSeconds },
    });
  });

  const state = [...publishedWithoutGif, started('gif')].reduce(
    media.decider.evolve,
    media.decider.initialState,
  );
  test.each([
    ['without it no step that promises it is completed', recordFiles(), 'has made no preview.gif'],
    ['another one is none of its step', recordFiles(file, { ...file, name: 'cover.gif' }), 'makes cover.gif'],
    [
      'tells what its row says, and in its words',
      recordFiles({ ...file, details: { at: 5 } as never }),
      'startSeconds',
    ],
  ])('%s', (_, command, reason) => {
    expect(() => media.decider.decide(command, state)).toThrow(reason);
  });

  test('tells nothing but what its row says', () => {
    const told = recordFiles({ ...file, details: { startSeconds: 5, path: '/srv' } as never });
    expect(media.decider.decide(told, state)).toEqual([drawn, completed('gif')]);
  });
});
