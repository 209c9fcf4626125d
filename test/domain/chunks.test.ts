import { describe, expect, test } from 'vitest';
import { type ChunkPolicy, cutFilm, DEFAULT_CHUNK_POLICY } from '../../src/domain/media/chunks.js';
import { media } from '../../src/domain/media/media.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { Probe } from '../../src/domain/media/media-values.js';
import { planProcessing } from '../../src/domain/media/steps/plan-processing.js';
import { mediaProcessing } from '../../src/sagas/media-processing.js';
import { verify } from '../kit/given-when-then.js';
import {
  completed,
  failed,
  heldBy,
  mediaId,
  probe,
  registered,
  started,
  uploaded,
} from '../kit/media-fixtures.js';
import { reactionTo } from '../kit/run-saga.js';

type Video = NonNullable<Probe['video']>;
const film = (durationSeconds: number, video: Partial<Video> = {}): Probe => ({
  ...{ ...probe, durationSeconds },
  video: { ...(probe.video as Video), durationSeconds, longestSeekSeconds: 8, ...video },
});
const cut = (found: Probe, policy: Partial<ChunkPolicy> = {}) =>
  cutFilm(found, { ...DEFAULT_CHUNK_POLICY, ...policy });

describe('a film', () => {
  test('is cut at multiples of a segment into parts that differ by a segment at the most', () => {
    for (const seconds of [600, 601.3, 1799, 5400.04, 43_200]) {
      const chunks = cut(film(seconds)).chunks ?? [];
      expect(chunks[0]?.startSeconds).toBe(0);
      expect(chunks.at(-1)?.endSeconds).toBeNull();
      expect(chunks.slice(0, -1).map(({ endSeconds }) => endSeconds)).toEqual(
        chunks.slice(1).map(({ startSeconds }) => startSeconds),
      );
      expect(chunks.filter(({ startSeconds }) => startSeconds % 6 !== 0)).toEqual([]);
      const lengths = chunks.map(({ startSeconds, endSeconds }) => (endSeconds ?? seconds) - startSeconds);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(12);
      expect(Math.max(...lengths)).toBeLessThan(231);
    }
    expect(cut(film(5400)).chunks).toHaveLength(30);
  });

  const inOnePiece: { readonly of: string; readonly found: Probe; readonly why: string | undefined }[] = [
    { of: 'less than ten minutes', found: film(599), why: undefined },
    { of: 'sound alone', found: { ...film(7200), video: null }, why: undefined },
    {
      of: 'a container in which no moment can be gone to',
      found: { ...film(0), video: { ...(probe.video as Video), durationSeconds: 7200 } },
      why: 'seeking_is_not_safe',
    },
    {
      of: 'keyframes that are minutes apart',
      found: film(7200, { longestSeekSeconds: 95 }),
      why: 'keyframes_are_far_apart',
    },
    { of: 'an odd slow rate', found: film(7200, { frameRate: 14.985 }), why: 'frame_rate_is_odd' },
  ];
  test.each(inOnePiece)('of $of is encoded in one piece', ({ found, why }) => {
    expect(cut(found)).toEqual({ chunks: null, ...(why && { why }) });
  });

  test('is encoded in one piece where an operator wants all to be', () => {
    expect(cut(film(7200), { fromSeconds: Number.POSITIVE_INFINITY })).toEqual({ chunks: null });
  });
});

const planned = (found: Probe) => planProcessing(mediaId, 'video', found, { chunking: DEFAULT_CHUNK_POLICY });
const stepsOf = (event: MediaEvent) => (event.type === 'ProcessingPlanned' ? event.data.steps : []);
const small = { width: 320, height: 180 };

describe('the plan of a film in chunks', () => {
  test('has its preview with the sound first, then the chunks of all other rungs, and joins them last', () => {
    const steps = stepsOf(planned(film(600)));
    const urgent = ['poster', 'preview', 'moderate'];
    expect(steps.filter(({ step }) => /chunk|join|transcode/.test(step))).toEqual([
      {
        step: 'chunk:001',
        after: urgent,
        input: { rungs: ['234p'], startSeconds: 0, endSeconds: 198 },
      },
      {
        step: 'chunk:002',
        after: urgent,
        input: { rungs: ['234p'], startSeconds: 198, endSeconds: 402 },
      },
      { step: 'chunk:003', after: urgent, input: { rungs: ['234p'], startSeconds: 402, endSeconds: null } },
      {
        step: 'join',
        after: [...urgent, 'chunk:001', 'chunk:002', 'chunk:003'],
        input: { rungs: ['234p'], chunks: ['chunk:001', 'chunk:002', 'chunk:003'] },
      },
    ]);
  });

  test('of one rung encodes the sound as one beside them', () => {
    const steps = stepsOf(planned(film(600, small)));
    expect(steps.filter(({ step }) => !step.startsWith('chunk:')).map(({ step }) => step)).toContain(
      'transcode',
    );
    expect(steps.find(({ step }) => step === 'transcode')).toEqual({
      ...{ step: 'transcode', after: [], input: { rungs: [], sound: true } },
    });
  });

  test('that cannot be cut says why', () => {
    const { video, ...rest } = film(7200);
    const { longestSeekSeconds: _, ...notSought } = video as Video;
    expect(planned({ ...rest, video: notSought })).toMatchObject({ data: { whole: 'seeking_is_not_safe' } });
    expect(planned(film(30)).data).not.toHaveProperty('whole');
  });
});

const begun: MediaEvent[] = [
  ...[registered, uploaded],
  { type: 'MediaProbed', data: { mediaId, kind: 'video', probe: film(600, small) } },
  ...[completed('probe'), planned(film(600, small))],
];
const chunk = (step: 'chunk:001' | 'chunk:002' | 'chunk:003') => ({
  ...{ step, blobPrefix: `media/m1/chunks/j-${step.slice(6)}-1`, sizeBytes: 5 },
});
const encoded = (step: 'chunk:001' | 'chunk:002' | 'chunk:003'): MediaEvent[] => [
  { type: 'ChunkEncoded', data: { mediaId, chunk: chunk(step) } },
  completed(step),
];
const joinAfter = (...events: MediaEvent[]) =>
  reactionTo(mediaProcessing, [...begun, ...events]).flatMap((output) =>
    'run' in output && output.run.kind === 'join' ? [output.run.payload.chunks] : [],
  );
const place = (step: 'chunk:001' | 'chunk:002' | 'chunk:003') => ({
  ...{ step, blobPrefix: chunk(step).blobPrefix },
});

describe('chunks', () => {
  test('are jobs of their own, which any worker takes', () => {
    const jobs = reactionTo(mediaProcessing, begun).flatMap((output) =>
      'run' in output && output.run.kind === 'chunk' ? [output.run] : [],
    );
    expect(jobs.map(({ key }) => key)).toEqual(['m1/001', 'm1/002', 'm1/003']);
    expect(jobs[1]).toMatchObject({
      payload: { step: 'chunk:002', startSeconds: 198, endSeconds: 402 },
      long: true,
    });
  });

  test('are joined in order once all are there, whichever comes last', () => {
    const two = [...encoded('chunk:003'), ...encoded('chunk:001')];
    expect(joinAfter(...two)).toEqual([]);
    expect(joinAfter(...two, ...encoded('chunk:002'))).toEqual([
      [place('chunk:001'), place('chunk:002'), place('chunk:003')],
    ]);
  });

  test('that have failed are told to the join, which is asked for again with them after a retry', () => {
    const some = [...encoded('chunk:001'), ...encoded('chunk:003'), failed('chunk:002')];
    const missing = { step: 'chunk:002', blobPrefix: null };
    expect(joinAfter(...some)).toEqual([[place('chunk:001'), missing, place('chunk:003')]]);
    const retried: MediaEvent = {
      type: 'ProcessingRetried',
      data: { mediaId, steps: ['chunk:002', 'join'], wasFailed: true },
    };
    expect(joinAfter(...some, failed('join'), retried)).toEqual([]);
    expect(joinAfter(...some, failed('join'), retried, ...encoded('chunk:002'))).toEqual([
      [place('chunk:001'), place('chunk:002'), place('chunk:003')],
    ]);
  });

  test('are recorded with the step that made them', () => {
    const { step, ...made } = chunk('chunk:002');
    verify(media.decider, {
      name: '',
      given: [...begun, started(step)],
      when: { type: 'RecordChunk', data: { ...heldBy(step), chunk: made } },
      then: encoded(step),
    });
  });

  test('that fail do not fail their item while it may still be played: that is the join’s', () => {
    const failure = { code: 'ffmpeg_failed', message: 'no' } as const;
    verify(media.decider, {
      name: '',
      given: [...begun, started('chunk:002')],
      when: { type: 'FailStep', data: { ...heldBy('chunk:002'), ...failure, final: true, retryAt: null } },
      then: [failed('chunk:002')],
    });
  });
});
