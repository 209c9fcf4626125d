import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { stepNameSchema } from '../../src/domain/media/steps/step-name.js';
import { stepRequest } from '../../src/domain/media/steps/step-request.js';
import { derivativeKinds } from '../../src/domain/media/steps/step-table.js';
import { mediaProcessing } from '../../src/sagas/media-processing.js';
import { verify } from '../kit/given-when-then.js';
import {
  completed,
  heldBy,
  mediaId,
  planOf,
  probe,
  registered,
  rendition,
  renditionCompleted,
  started,
  uploaded,
} from '../kit/media-fixtures.js';
import { reactionTo } from '../kit/run-saga.js';

const blobKey = 'media/m1/original';
const probed: MediaEvent = { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } };
const inParts: MediaEvent = {
  type: 'ProcessingPlanned',
  data: {
    mediaId,
    steps: [
      { step: 'moderate', after: [], input: {} },
      { step: 'transcode:low', after: ['moderate'], input: { rungs: ['360p'], sound: true } },
      { step: 'transcode:high', after: ['moderate'], input: { rungs: ['720p'], sound: false } },
      { step: 'tag', after: ['transcode:low', 'transcode:high'], input: {} },
    ],
    ladder: [],
    audio: null,
  },
};
const begun = [registered, uploaded, probed, inParts];
const keysAfter = (...events: MediaEvent[]) =>
  reactionTo(mediaProcessing, [...begun, ...events]).flatMap((output) =>
    'run' in output ? [`${output.run.kind} ${output.run.key} ${output.run.payload.step ?? ''}`.trim()] : [],
  );

describe('steps in parts', () => {
  test('are named by their kind and their part', () => {
    const isName = (name: string) => stepNameSchema.safeParse(name).success;
    expect(['tag', 'transcode:chunk-3', 'transcode:de'].filter(isName)).toHaveLength(3);
    expect(['', 'dance', 'tag:', 'tag:A', 'tag:a:b', 'tag:a/b', ':a', 'tag: a'].filter(isName)).toEqual([]);
  });

  test('run side by side, each job told which part it is', () => {
    expect(keysAfter(completed('moderate'))).toEqual([
      'transcode m1/low transcode:low',
      'transcode m1/high transcode:high',
    ]);
  });

  test('are all waited for', () => {
    const both = [completed('moderate'), completed('transcode:high')];
    expect(keysAfter(...both)).toEqual([]);
    expect(keysAfter(...both, completed('transcode:low'))).toEqual(['tag m1']);
  });

  test('are let go of one by one', () => {
    const cancelled: MediaEvent = {
      type: 'StepsCancelled',
      data: { mediaId, steps: ['transcode:low', 'transcode:high', 'tag'] },
    };
    expect(reactionTo(mediaProcessing, [...begun, completed('moderate'), cancelled])).toEqual([
      { cancelJobs: { kinds: ['transcode'], key: 'm1/low' } },
      { cancelJobs: { kinds: ['transcode'], key: 'm1/high' } },
      { cancelJobs: { kinds: ['tag'], key: 'm1' } },
    ]);
  });

  test('make their item fail only when none is left that could make it playable', () => {
    const failure = { code: 'ffmpeg_failed', message: 'no' } as const;
    const fail = (step: 'transcode:low' | 'transcode:high') =>
      ({ type: 'FailStep', data: { ...heldBy(step), ...failure, final: true, retryAt: null } }) as const;
    const failed = (step: 'transcode:low' | 'transcode:high'): MediaEvent => ({
      type: 'StepFailed',
      data: { ...heldBy(step), ...failure },
    });
    const given = [...begun, started('transcode:low'), started('transcode:high')];
    verify(media.decider, {
      name: 'one of two',
      given,
      when: fail('transcode:low'),
      then: [failed('transcode:low')],
    });
    verify(media.decider, {
      name: 'both',
      given: [...given, failed('transcode:low')],
      when: fail('transcode:high'),
      then: [
        failed('transcode:high'),
        { type: 'ProcessingFailed', data: { mediaId, step: 'transcode:high', ...failure } },
      ],
    });
    verify(media.decider, {
      name: 'one of two, the other playable',
      given: [...given, renditionCompleted(rendition().name), completed('transcode:high')],
      when: fail('transcode:low'),
      then: [failed('transcode:low')],
    });
  });
});

describe('the step table', () => {
  test('has one address for each kind of file', () => {
    const paths = derivativeKinds.map(({ path }) => path);
    expect(paths).toEqual([...new Set(paths)]);
    expect(paths.filter((path) => !/^[a-z0-9-]+(\.[a-z0-9]+|\/:file)$/.test(path))).toEqual([]);
  });

  test('refuses to make up a job for what an item does not have', () => {
    const item = { mediaId, blobKey, probe: { ...probe, video: null }, ladder: [], audio: null };
    expect(() => stepRequest('poster', {}, item)).toThrow('has no picture');
    expect(() => stepRequest('transcode', {}, { ...item, probe })).toThrow('rungs');
  });
});

test('a file in which a probe finds neither picture nor sound has failed, for no plan is for it', () => {
  const failure = { code: 'no_video', message: 'The file has neither picture nor sound.' };
  verify(media.decider, {
    name: '',
    given: [registered, uploaded, started('probe')],
    when: { type: 'RecordProbe', data: { ...heldBy('probe'), probe: { ...probe, video: null, audio: [] } } },
    then: [
      { type: 'StepFailed', data: { ...heldBy('probe'), ...failure } },
      { type: 'ProcessingFailed', data: { mediaId, step: 'probe', ...failure } },
    ],
  });
});

test('a plan whose steps wait for each other is seen at once, not waited for', () => {
  const circle: MediaEvent = {
    ...planOf([]),
    type: 'ProcessingPlanned',
    data: {
      ...{ mediaId, ladder: [], audio: null },
      steps: [
        { step: 'tag', after: ['moderate'], input: {} },
        { step: 'moderate', after: ['tag'], input: {} },
      ],
    },
  };
  expect(() =>
    reactionTo(mediaProcessing, [registered, uploaded, probed, completed('probe'), circle]),
  ).toThrow('Nothing that these steps wait for is going to end: tag, moderate');
});
