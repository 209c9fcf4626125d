import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { nameInAddress, pullIn } from '../../src/domain/media/pull.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import { recorded } from '../kit/golden-events.js';
import {
  completed,
  failStep,
  heldBy,
  mediaId,
  pullAnswer,
  pulled,
  pullRequest,
  pullRequested,
  registered,
  started,
  uploaded,
} from '../kit/media-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;

const begun = [...pullRequested, started('pull')];
const answered: MediaEvent = { type: 'PullAnswered', data: { mediaId, ...pullAnswer } };
const pullEnded: MediaEvent = { type: 'MediaUploaded', data: { mediaId, ...pulled } };
const recordAnswer: MediaCommand = { type: 'RecordPullAnswer', data: { ...heldBy('pull'), ...pullAnswer } };
const recordPull: MediaCommand = { type: 'RecordPull', data: { ...heldBy('pull'), ...pulled } };
const titled = (title: string): MediaEvent => ({ type: 'MediaDetailsChanged', data: { mediaId, title } });
const failure = { code: 'ffmpeg_failed', message: 'no' };
const givenUp: MediaEvent[] = [
  { type: 'StepFailed', data: { ...heldBy('pull'), ...failure } },
  { type: 'UploadFailed', data: { mediaId, ...failure } },
];
const retried: MediaEvent = {
  type: 'ProcessingRetried',
  data: { mediaId, steps: ['pull'], wasFailed: true },
};
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };

const specifications: Spec[] = [
  {
    name: 'a file that is announced by its address is registered, and to be pulled',
    given: [],
    when: pullRequest,
    then: pullRequested,
  },
  {
    name: 'an item that is there already is not pulled as well',
    given: [registered],
    when: pullRequest,
    then: { refusedWith: 'upload_closed' },
  },
  {
    name: 'what the server calls the file becomes its title where nobody has given one',
    given: begun,
    when: recordAnswer,
    then: [answered, titled('holiday.mp4')],
  },
  {
    name: 'a title that somebody has given stays',
    given: [...begun, titled('By hand')],
    when: recordAnswer,
    then: [answered],
  },
  {
    name: 'a file that was pulled is uploaded as any other',
    given: [...begun, answered],
    when: recordPull,
    then: [pullEnded, completed('pull')],
  },
  {
    name: 'an attempt that was overtaken is not listened to',
    given: [...begun, started('pull', 'j1', 2)],
    when: recordPull,
    then: [],
  },
  {
    name: 'a pull that failed for good is an upload that failed',
    given: begun,
    when: failStep('pull'),
    then: givenUp,
  },
  {
    name: 'a pull that failed can be tried again',
    given: [...begun, ...givenUp],
    when: { type: 'RetryProcessing', data: { mediaId } },
    then: [retried],
  },
  {
    name: 'what is tried again can be uploaded after all',
    given: [...begun, ...givenUp, retried, started('pull', 'j2')],
    when: { type: 'RecordPull', data: { ...heldBy('pull', 'j2'), ...pulled } },
    then: [pullEnded, completed('pull', 'j2')],
  },
  {
    name: 'the replay of its job alone does not bring it back',
    given: [...begun, ...givenUp],
    when: { type: 'StartStep', data: heldBy('pull', 'j2') },
    then: { refusedWith: 'step_failed' },
  },
  {
    name: 'a deletion lets go of the pull',
    given: begun,
    when: { type: 'DeleteMedia', data: { mediaId } },
    then: [{ type: 'StepsCancelled', data: { mediaId, steps: ['pull'] } }, deleted],
  },
  {
    name: 'a worker asks in vain whether a deleted item is still wanted',
    given: [...begun, deleted],
    when: { type: 'ConfirmStep', data: heldBy('pull') },
    then: { refusedWith: 'step_superseded' },
  },
];

describe('of a file at an address', () => {
  test.each(specifications)('$name', (specification) => verify(media.decider, specification));

  const pullOf = (...events: MediaEvent[]) => pullIn(recorded(events) as Parameters<typeof pullIn>[0]);

  test('its history tells where the bytes of the last answer gather, and since when it is tried', () => {
    const { growingKey, sizeBytes, etag, lastModified } = pullAnswer;
    expect(pullOf(...begun, answered)).toEqual({
      ...{ url: 'https://files.example/clip.mp4?token=42', isNamed: false, declaredSha256: null },
      startedAt: '2026-11-21T09:30:00.003Z',
      answer: { growingKey, sizeBytes, etag, lastModified },
      ...{ isExpected: true, isDeleted: false },
    });
  });

  test('a retry has as much time as the first try had', () => {
    expect(pullOf(...begun, ...givenUp)).toMatchObject({ isExpected: false });
    expect(pullOf(...begun, ...givenUp, retried)).toMatchObject({ isExpected: true, startedAt: null });
  });

  test('it is not expected any more once it is here or deleted', () => {
    expect(pullOf(...begun, pullEnded)).toMatchObject({ isExpected: false, isDeleted: false });
    expect(pullOf(...begun, deleted)).toMatchObject({ isExpected: false, isDeleted: true });
    expect(pullOf(registered, uploaded)).toBeUndefined();
  });

  test.each([
    ['https://files.example/a/holiday%20film.mp4?x=1#y', 'holiday film.mp4'],
    ['https://files.example/', ''],
    ['https://files.example/%E0%A4%A.mp4', '%E0%A4%A.mp4'],
  ])('the address %s calls it %j', (address, name) => expect(nameInAddress(address)).toBe(name));
});
