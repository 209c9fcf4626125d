import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobRequest } from '../../src/core/job.js';
import type { SagaOutput } from '../../src/core/saga.js';
import type { MediaFlowEvent } from '../../src/domain/index.js';
import { type JobKind, jobPayloads } from '../../src/domain/jobs.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { LadderRung, Probe } from '../../src/domain/media/media-values.js';
import type { PlannedStep } from '../../src/domain/media/steps/planned-step.js';
import type { StepKind, StepName } from '../../src/domain/media/steps/step-name.js';
import { mediaProcessing } from '../../src/sagas/media-processing.js';
import type { MediaProcessingState, StateOfEarlierReleases } from '../../src/sagas/media-processing-state.js';
import {
  completed,
  failed,
  mediaId,
  planOf,
  probe,
  pullRequested,
  registered,
  rendition,
  started,
  uploaded,
} from '../kit/media-fixtures.js';
import { anyHistory, command, run } from '../kit/media-histories.js';
import { reactionTo, type SagaSpecification } from '../kit/run-saga.js';

const blobKey = 'media/m1/original';
const rung = (name: string): LadderRung => ({
  name,
  width: 416,
  height: 234,
  frameRate: 25,
  bitrateBps: 145_000,
  peakBitrateBps: 290_000,
});
const audio = { streamIndex: 1, bitrateBps: 128_000, channels: 2 };
const probedAs = (found: Probe): MediaEvent => ({
  type: 'MediaProbed',
  data: { mediaId, kind: 'video', probe: found },
});
const long: Probe = { ...probe, durationSeconds: 7200 };
const plan = (steps: StepKind[], previewRungs: string[] = []): MediaEvent =>
  planOf(steps, { ladder: [rung('234p'), rung('360p'), rung('540p')], previewRungs, audio });
const retried = (...steps: StepName[]): MediaEvent => ({
  type: 'ProcessingRetried',
  data: { mediaId, steps, wasFailed: true },
});
const lookedAtAgain: MediaEvent = {
  type: 'ProcessingRetried',
  data: { mediaId, steps: ['probe'], wasFailed: false },
};
const extended = (...steps: PlannedStep[]): MediaEvent => ({
  type: 'ProcessingExtended',
  data: { mediaId, probe, steps },
});
const cancelled = (...steps: StepName[]): MediaEvent => ({
  type: 'StepsCancelled',
  data: { mediaId, steps },
});
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };
const purged: MediaEvent = { type: 'MediaPurged', data: { mediaId } };

const video = { mediaId, blobKey, video: probe.video, durationSeconds: 30 };
const job = (kind: JobKind, payload: object, weight = {}): SagaOutput =>
  ({ run: { kind, key: mediaId, payload, ...weight } }) as SagaOutput;
const short = { patienceSeconds: 27, long: false };
const film = { patienceSeconds: 424, long: true };

const shortPlan = plan(['poster', 'transcode', 'thumbnails', 'moderate', 'tag']);
const longPlan = plan(['poster', 'preview', 'transcode', 'thumbnails', 'moderate', 'tag'], ['360p']);
const measuredPlan: MediaEvent = {
  type: 'ProcessingPlanned',
  data: {
    ...{ mediaId, ladder: [rung('234p'), rung('360p'), rung('540p')], audio },
    steps: [
      { step: 'poster', after: [], input: {} },
      { step: 'transcode', after: [], input: { rungs: ['234p', '360p', '540p'], sound: true } },
      { step: 'moderate', after: [], input: {} },
      { step: 'quality', after: ['poster', 'transcode', 'moderate'], input: {} },
    ],
  },
};
const made = (name: string, blobPrefix: string): MediaEvent => ({
  type: 'RenditionCompleted',
  data: { mediaId, rendition: { ...rendition(name), blobPrefix } },
});
const place = (name: string, blobPrefix: string) => ({
  ...{ name, blobPrefix, averageBitrateBps: rendition(name).averageBitrateBps },
});
/** As planned by releases that drew the poster with the storyboard. */
const oldPlan = plan(['transcode', 'thumbnails', 'moderate', 'tag']);
const longVideo = { ...video, durationSeconds: 7200 };
const restOfLadder = job(
  'transcode',
  { ...longVideo, rungs: [rung('234p'), rung('540p')], audio: null },
  film,
);
const shortEnded = [
  ...[registered, uploaded, probedAs(probe), shortPlan],
  ...[completed('poster'), completed('transcode')],
];
const longEnded = [
  ...[registered, uploaded, probedAs(long), longPlan],
  ...[completed('poster'), completed('preview'), completed('moderate')],
];

const specifications: SagaSpecification[] = [
  {
    name: 'a file that is at an address is fetched by a job that is told no address',
    given: pullRequested.slice(0, 1),
    when: pullRequested[1] as MediaEvent,
    then: [job('pull', { mediaId })],
  },
  {
    name: 'a file that was fetched is probed as any other, its pull being over',
    given: [...pullRequested, uploaded],
    when: completed('pull'),
    then: [],
  },
  {
    name: 'an item that is deleted is not fetched any more',
    given: pullRequested,
    when: cancelled('pull'),
    then: [{ cancelJobs: { kinds: ['pull'], key: mediaId } }],
  },
  {
    name: 'a pull that failed is asked for once more with a retry',
    given: [...pullRequested, failed('pull')],
    when: retried('pull'),
    then: [job('pull', { mediaId })],
  },
  {
    name: 'an upload that is whole is probed',
    given: [registered],
    when: uploaded,
    then: [job('probe', { mediaId, blobKey })],
  },
  {
    name: 'a probe waits for its plan',
    given: [registered, uploaded, started('probe')],
    when: probedAs(probe),
    then: [{ ignore: 'the plan follows in the same append' }],
  },
  {
    name: 'what a short clip is published with goes first, the sound with the ladder',
    given: [registered, uploaded, probedAs(probe), completed('probe')],
    when: shortPlan,
    then: [
      job('poster', video, short),
      job('transcode', { ...video, rungs: [rung('234p'), rung('360p'), rung('540p')], audio }, short),
      job('moderate', video, short),
    ],
  },
  {
    name: 'what nobody waits for leaves the machine to what is still missing for publication',
    given: [registered, uploaded, probedAs(probe), shortPlan],
    when: completed('moderate'),
    then: [],
  },
  {
    name: 'what nobody waits for begins when there is a poster, something to play, and moderation has ended',
    given: shortEnded,
    when: completed('moderate'),
    then: [job('thumbnails', { ...video, posterIsApart: true }, short), job('tag', video, short)],
  },
  {
    name: 'what nobody waits for begins also when moderation has failed',
    given: shortEnded,
    when: failed('moderate'),
    then: [job('thumbnails', { ...video, posterIsApart: true }, short), job('tag', video, short)],
  },
  {
    name: 'what nobody waits for begins also when no poster could be drawn',
    given: [
      ...[registered, uploaded, probedAs(probe), shortPlan],
      ...[completed('transcode'), completed('moderate')],
    ],
    when: failed('poster'),
    then: [job('thumbnails', { ...video, posterIsApart: true }, short), job('tag', video, short)],
  },
  {
    name: 'a plan of earlier releases has its poster drawn with the storyboard',
    given: [registered, uploaded, probedAs(probe), oldPlan, completed('transcode')],
    when: completed('moderate'),
    then: [job('thumbnails', video, short), job('tag', video, short)],
  },
  {
    name: 'what was let go once is not let go again after a retry',
    given: [...shortEnded, failed('moderate'), retried('moderate')],
    when: completed('moderate'),
    then: [],
  },
  {
    name: 'a preview takes its rung and the sound, behind those of shorter videos',
    given: [registered, uploaded, probedAs(long)],
    when: longPlan,
    then: [
      job('poster', longVideo, film),
      job('preview', { ...longVideo, rungs: [rung('360p')], audio }, film),
      job('moderate', longVideo, film),
    ],
  },
  {
    name: 'the rest of the ladder begins when poster, preview and moderation have ended',
    given: [registered, uploaded, probedAs(long), longPlan, completed('poster'), completed('moderate')],
    when: completed('preview'),
    then: [
      restOfLadder,
      job('thumbnails', { ...longVideo, posterIsApart: true }, film),
      job('tag', longVideo, film),
    ],
  },
  {
    name: 'the rest of the ladder is not begun for what may yet be rejected',
    given: [registered, uploaded, probedAs(long), longPlan, completed('poster')],
    when: completed('preview'),
    then: [],
  },
  {
    name: 'a retry does the named steps again and no others',
    given: longEnded,
    when: retried('thumbnails', 'tag'),
    then: [job('thumbnails', { ...longVideo, posterIsApart: true }, film), job('tag', longVideo, film)],
  },
  {
    name: 'what is taken up again goes in the order of the plan',
    given: [
      ...[registered, uploaded, probedAs(long), longPlan],
      ...[completed('poster'), completed('moderate')],
    ],
    when: retried('preview', 'transcode', 'thumbnails', 'tag'),
    then: [job('preview', { ...longVideo, rungs: [rung('360p')], audio }, film)],
  },
  {
    name: 'the ladder that waits for a preview taken up again begins once',
    given: [...longEnded, failed('transcode'), retried('preview', 'transcode')],
    when: completed('preview'),
    then: [restOfLadder],
  },
  {
    name: 'a retried ladder leaves the preview what is the preview’s',
    given: longEnded,
    when: retried('transcode'),
    then: [restOfLadder],
  },
  {
    name: 'a probe that failed can be retried without knowing more than the upload',
    given: [registered, uploaded],
    when: retried('probe'),
    then: [job('probe', { mediaId, blobKey })],
  },
  {
    name: 'the jobs of steps that are let go of are cancelled',
    given: [registered, uploaded, probedAs(long), longPlan],
    when: cancelled('preview', 'transcode', 'thumbnails', 'tag'),
    then: [{ cancelJobs: { kinds: ['preview', 'transcode', 'thumbnails', 'tag'], key: mediaId } }],
  },
  {
    name: 'what waited for a step that is let go of is taken up again with it, once',
    given: [
      ...[registered, uploaded, probedAs(long), longPlan, completed('poster'), completed('moderate')],
      ...[cancelled('preview', 'transcode', 'thumbnails', 'tag')],
      ...[retried('preview', 'transcode', 'thumbnails', 'tag')],
    ],
    when: completed('preview'),
    then: [
      restOfLadder,
      job('thumbnails', { ...longVideo, posterIsApart: true }, film),
      job('tag', longVideo, film),
    ],
  },
  {
    name: 'quality is measured of the renditions of the picture, where the last of each name lies',
    given: [
      ...[registered, uploaded, probedAs(probe), measuredPlan, completed('poster'), completed('moderate')],
      ...[made('360p', 'a'), made('234p', 'b'), made('360p', 'c')],
      {
        type: 'RenditionCompleted',
        data: { mediaId, rendition: { ...rendition('audio'), kind: 'audio' } },
      },
    ],
    when: completed('transcode'),
    then: [
      job(
        'quality',
        {
          ...{ ...video, rungs: [rung('234p'), rung('360p'), rung('540p')] },
          renditions: [place('234p', 'b'), place('360p', 'c')],
        },
        short,
      ),
    ],
  },
  {
    name: 'a file that is known is looked at once more without what its ladder is shortened by',
    given: [...shortEnded, completed('moderate'), completed('thumbnails'), completed('tag')],
    when: lookedAtAgain,
    then: [job('probe', { mediaId, blobKey, isKnown: true })],
  },
  {
    name: 'steps that an item did not have are done, though what they come after was never planned',
    given: [
      ...shortEnded,
      ...[completed('moderate'), completed('thumbnails'), completed('tag'), lookedAtAgain],
    ],
    when: extended({ step: 'gif', after: ['poster', 'preview'], input: {} }),
    then: [job('gif', video, short)],
  },
  {
    name: 'a step that an item did not have can be retried',
    given: [
      ...shortEnded,
      ...[completed('moderate'), completed('thumbnails'), completed('tag'), lookedAtAgain],
      ...[extended({ step: 'captions', after: ['poster'], input: { streamIndex: 1 } }), completed('probe')],
      failed('captions'),
    ],
    when: retried('captions'),
    then: [job('captions', { mediaId, blobKey, streamIndex: 1, durationSeconds: 30 }, short)],
  },
  {
    name: 'where nothing is missing nothing is done',
    given: [
      ...shortEnded,
      ...[completed('moderate'), completed('thumbnails'), completed('tag'), lookedAtAgain],
    ],
    when: extended(),
    then: [],
  },
  {
    name: 'a deleted item has its bytes removed',
    given: [registered, uploaded, probedAs(probe), shortPlan],
    when: deleted,
    then: [job('purge', { mediaId })],
  },
  {
    name: 'an item that is deleted while it comes in has its bytes removed as well',
    given: [registered],
    when: deleted,
    then: [job('purge', { mediaId })],
  },
  {
    name: 'the process ends with the bytes',
    given: [registered, deleted],
    when: purged,
    then: [{ complete: true }],
  },
  {
    name: 'what it does not listen to changes nothing',
    given: [registered, uploaded],
    when: started('probe'),
    then: [],
  },
];

test.each([
  { held: ['transcode', 'thumbnails', 'tag'], ended: ['moderate', 'preview'] },
  { held: ['transcode'], ended: ['preview'] },
  { held: ['thumbnails', 'tag'], ended: ['moderate'] },
] as { held: StepKind[]; ended: StepKind[] }[])(
  'what a state of an earlier release holds back, $held, is let go after $ended',
  ({ held, ended }) => {
    const input = (step: StepName) => completed(step) as Parameters<typeof mediaProcessing.evolve>[1];
    const stored: StateOfEarlierReleases = {
      ...{ blobKey, probe, ladder: [], audio: null, previewRungs: [] },
      held,
    };
    let state = stored as unknown as MediaProcessingState;
    const released = ended.map((step) => {
      state = mediaProcessing.evolve(state, input(step));
      return state.progress.released;
    });
    expect(released).toEqual([...ended.slice(1).map(() => []), held]);
  },
);

const jobsIn = (outputs: readonly SagaOutput[]) =>
  outputs.flatMap((output) => ('run' in output ? [output.run] : []));

function payloadProblems(outputs: readonly SagaOutput[]): string[] {
  return jobsIn(outputs).flatMap(({ kind, payload }) => {
    const schema = jobPayloads[kind as JobKind];
    const result = schema.strict().safeParse(JSON.parse(JSON.stringify(payload)));
    return result.success ? [] : [`${kind}: ${result.error.message}`];
  });
}

describe('media processing', () => {
  test.each(specifications)('$name', ({ given, when, then }) => {
    const outputs = reactionTo(mediaProcessing, [...given, when]);
    expect(outputs).toEqual(then);
    expect(payloadProblems(outputs)).toEqual([]);
  });

  test('every event it listens to belongs to the item it tells of', () => {
    for (const correlate of Object.values(mediaProcessing.correlate))
      expect(correlate({ data: { mediaId: 'm7' } } as never)).toBe('m7');
  });

  test('a film lets clips go first for minutes, one that never ends no longer than ten', () => {
    const weightOf = (durationSeconds: number) => {
      const events: MediaFlowEvent[] = [registered, uploaded, probedAs({ ...probe, durationSeconds })];
      const [request] = jobsIn(reactionTo(mediaProcessing, [...events, plan(['tag'])]));
      return [request?.patienceSeconds, request?.long];
    };
    expect([0, 1, 30, 599, 600, 7200, 1e9].map(weightOf)).toEqual([
      [0, false],
      [5, false],
      [27, false],
      [122, false],
      [122, true],
      [424, true],
      [600, true],
    ]);
  });

  /** Every job of a plan when each step ends once it was begun. */
  function jobsOfPlan(history: readonly MediaEvent[]): JobRequest[] {
    const events = [...history];
    const jobs = jobsIn(reactionTo(mediaProcessing, events));
    for (let next = 0; next < jobs.length; next++) {
      events.push(completed(jobs[next]?.kind as StepName));
      jobs.push(...jobsIn(reactionTo(mediaProcessing, events)));
    }
    return jobs;
  }

  test('whatever becomes of an item, every planned step has its job, no rung is made twice, the sound once, and every payload fits its worker', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const { events } = run([...commands, command('DeleteMedia', {})]);
        for (const [index, event] of events.entries()) {
          const outputs = reactionTo(mediaProcessing, events.slice(0, index + 1));
          expect(payloadProblems(outputs)).toEqual([]);
          if (event.type !== 'ProcessingPlanned') continue;
          const jobs = jobsOfPlan(events.slice(0, index + 1));
          const made = jobs.filter(({ kind }) => kind === 'preview' || kind === 'transcode');
          const rungs = made.flatMap(({ payload }) => payload.rungs as unknown as LadderRung[]);
          expect(rungs.map(({ name }) => name).toSorted()).toEqual(
            event.data.ladder.map(({ name }) => name).toSorted(),
          );
          expect(made.filter(({ payload }) => payload.audio !== null)).toHaveLength(event.data.audio ? 1 : 0);
          expect(jobs.map(({ kind }) => kind).toSorted()).toEqual(
            event.data.steps.map(({ step }) => step).toSorted(),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});
