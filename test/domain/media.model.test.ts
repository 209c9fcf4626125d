import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MediaFlowError } from '../../src/core/errors.js';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import { type MediaEvent, mediaEvents } from '../../src/domain/media/media-events.js';
import { stepSchema } from '../../src/domain/media/media-values.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy.js';
import { deepFreeze } from '../support/deep-freeze.js';
import { framesFor, mediaId, model, probe, registration, rendition } from './media-fixtures.js';

const anyAttempt = fc.record({
  mediaId: fc.constant(mediaId),
  step: fc.constantFrom(...stepSchema.options),
  attempt: fc.integer({ min: 1, max: 2 }),
  jobId: fc.constantFrom('j1', 'j2'),
});
const anyProbe = fc.constantFrom(probe, { ...probe, durationSeconds: 600 }, { ...probe, audio: [] });
const anyRenditions = fc.subarray([
  rendition('360p'),
  { ...rendition('audio'), kind: 'audio' as const },
  rendition('234p'),
]);
const anyOutcome = fc.constantFrom('approved', 'approved', 'rejected', 'in_review' as const);

const command = <Type extends MediaCommand['type']>(type: Type, data: object) =>
  ({ type, data: { mediaId, ...data } }) as unknown as MediaCommand;
const tiles = { columns: 1, rows: 1, tileWidth: 2, tileHeight: 2, tileCount: 1, intervalSeconds: 1 };

const fromOutside = fc.oneof(
  fc.constant<MediaCommand>(registration),
  fc.constant(command('CompleteUpload', { blobKey: 'k', sizeBytes: 1, sha256: 'ab' })),
  fc.constant(command('FailUpload', { code: 'empty_file', message: 'empty' })),
  fc.constantFrom('New', 'Clip').map((title) => command('ChangeMediaDetails', { title, tags: ['b'] })),
  fc
    .constantFrom('approve', 'reject')
    .map((decision) => command('ReviewMedia', { decision, reason: 'because', reviewer: 'ada' })),
  fc.constantFrom('RetryProcessing', 'DeleteMedia', 'RecordPurge').map((type) => command(type, {})),
);
const fromWorkers = fc.oneof(
  { weight: 4, arbitrary: anyAttempt.map((held) => command('StartStep', held)) },
  anyAttempt.map((held) => command('ReportStepProgress', { ...held, fraction: 0.5 })),
  fc
    .tuple(anyAttempt, fc.boolean())
    .map(([held, final]) => command('FailStep', { ...held, code: 'c', message: 'm', final, retryAt: null })),
  fc.tuple(anyAttempt, anyProbe).map(([held, found]) => command('RecordProbe', { ...held, probe: found })),
  fc
    .tuple(anyAttempt, anyRenditions)
    .map(([held, renditions]) => command('RecordRenditions', { ...held, renditions })),
  anyAttempt.map((held) =>
    command('RecordThumbnails', {
      ...held,
      poster: { blobKey: 'p', atSeconds: 1 },
      storyboard: { blobPrefix: 's', sprites: ['a.jpg'], ...tiles },
    }),
  ),
  fc.tuple(anyAttempt, anyOutcome).map(([held, outcome]) =>
    command('RecordModeration', {
      ...held,
      model,
      frames: framesFor(outcome),
      policy: DEFAULT_MODERATION_POLICY,
    }),
  ),
  anyAttempt.map((held) => command('RecordTags', { ...held, model, tags: [] })),
);

/** A worker that takes up a step and ends it in its own kind of result: what makes long histories likely. */
const wholeStep = fc
  .tuple(anyAttempt, anyProbe, anyRenditions, anyOutcome, fc.integer({ min: 0, max: 5 }))
  .map(([held, found, renditions, outcome, luck]) => {
    const failed = command('FailStep', { ...held, code: 'c', message: 'm', final: true, retryAt: null });
    const results = {
      probe: command('RecordProbe', { ...held, probe: found }),
      preview: command('RecordRenditions', { ...held, renditions }),
      transcode: command('RecordRenditions', { ...held, renditions }),
      thumbnails: failed,
      moderate: command('RecordModeration', {
        ...held,
        model,
        frames: framesFor(outcome),
        policy: DEFAULT_MODERATION_POLICY,
      }),
      tag: command('RecordTags', { ...held, model, tags: [] }),
    };
    return [command('StartStep', held), luck === 0 ? failed : results[held.step]];
  });
const begun = [registration, command('CompleteUpload', { blobKey: 'k', sizeBytes: 1, sha256: 'ab' })];
const wholeProbe = anyProbe.map((found) => {
  const held = { mediaId, step: 'probe', attempt: 1, jobId: 'j1' };
  return [command('StartStep', held), command('RecordProbe', { ...held, probe: found })];
});
const anyHistory = fc
  .tuple(
    fc.oneof(
      { weight: 1, arbitrary: fc.constant<MediaCommand[]>([]) },
      { weight: 5, arbitrary: fc.constant(begun) },
    ),
    fc.oneof({ weight: 1, arbitrary: fc.constant<MediaCommand[]>([]) }, { weight: 5, arbitrary: wholeProbe }),
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: wholeStep },
        fromOutside.map((one) => [one]),
        fromWorkers.map((one) => [one]),
      ),
      { maxLength: 30 },
    ),
  )
  .map(([beginning, probed, rest]) => [...beginning, ...probed, ...rest.flat()]);

interface Run {
  readonly events: readonly MediaEvent[];
  readonly refusals: number;
}

/** Every command in turn, as the handler would give it; `eachStep` sees each append with what came before it. */
function run(
  commands: readonly MediaCommand[],
  eachStep: (before: readonly MediaEvent[], appended: readonly MediaEvent[]) => void = () => {},
): Run {
  let state = deepFreeze(media.decider.initialState);
  const events: MediaEvent[] = [];
  let refusals = 0;
  for (const one of commands) {
    let appended: MediaEvent[] = [];
    try {
      appended = deepFreeze(media.decider.decide(deepFreeze(one), state));
    } catch (error) {
      if (!(error instanceof MediaFlowError)) throw error;
      refusals++;
    }
    eachStep(events, appended);
    for (const event of appended) state = deepFreeze(media.decider.evolve(state, event));
    events.push(...appended);
  }
  return { events, refusals };
}

const count = (events: readonly MediaEvent[], type: MediaEvent['type']) =>
  events.filter((event) => event.type === type).length;
const has = (events: readonly MediaEvent[], type: MediaEvent['type']) => count(events, type) > 0;

describe('a media item, whatever is asked of it', () => {
  test('says each last word once', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const { events } = run(commands);
        for (const type of [
          'MediaRegistered',
          'MediaPublished',
          'MediaRejected',
          'MediaDeleted',
          'MediaPurged',
        ] as const)
          expect(count(events, type)).toBeLessThanOrEqual(1);
        expect(count(events, 'MediaUploaded') + count(events, 'UploadFailed')).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('tells only events that fit their schemas, and tells them of itself', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        for (const event of run(commands).events) {
          expect(mediaEvents[event.type].schema.safeParse(event.data).error).toBeUndefined();
          expect(event.data.mediaId).toBe(mediaId);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('is published only with a picture, its planned sound and an approval, never out of review or a rejection', () => {
    let published = 0;
    fc.assert(
      fc.property(anyHistory, (commands) => {
        run(commands, (before, appended) => {
          if (!has(appended, 'MediaPublished')) return;
          published++;
          const events = [...before, ...appended];
          const kinds = events.flatMap((event) =>
            event.type === 'RenditionCompleted' ? [event.data.rendition.kind] : [],
          );
          expect(kinds).toContain('video');
          const plan = events.findLast((event) => event.type === 'ProcessingPlanned');
          if (plan?.type === 'ProcessingPlanned' && plan.data.audio) expect(kinds).toContain('audio');
          const word = events.findLast(
            ({ type }) => type === 'ModerationDecided' || type === 'MediaReviewed',
          );
          expect(
            word?.type === 'MediaReviewed'
              ? word.data.decision
              : word?.type === 'ModerationDecided' && word.data.outcome,
          ).toMatch(/^approve/);
          expect(has(events, 'MediaRejected')).toBe(false);
          expect(has(events, 'MediaDeleted')).toBe(false);
        });
      }),
      { numRuns: 2000 },
    );
    // Else the property would hold for want of anything published.
    expect(published).toBeGreaterThan(30);
  });

  test('keeps what a person has decided', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const { events } = run(commands);
        const reviewedAt = events.findIndex((event) => event.type === 'MediaReviewed');
        if (reviewedAt < 0) return;
        expect(count(events.slice(reviewedAt + 1), 'MediaReviewed')).toBe(0);
        expect(count(events.slice(reviewedAt + 1), 'ModerationDecided')).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  test('says nothing after its deletion but that its bytes are gone', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const { events } = run([...commands, command('DeleteMedia', {}), ...commands]);
        const deletedAt = events.findIndex((event) => event.type === 'MediaDeleted');
        if (deletedAt < 0) return;
        expect(events.slice(deletedAt + 1).filter((event) => event.type !== 'MediaPurged')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('fails only while it is neither published nor rejected nor in review', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        run(commands, (before, appended) => {
          if (!has(appended, 'ProcessingFailed')) return;
          const events = [...before, ...appended];
          expect(has(events, 'MediaPublished') || has(events, 'MediaRejected')).toBe(false);
          const word = events.findLast(
            ({ type }) => type === 'ModerationDecided' || type === 'MediaReviewed',
          );
          expect(word?.type === 'ModerationDecided' && word.data.outcome === 'in_review').toBe(false);
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('listens to one attempt of a step at a time', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const holders = new Map<string, string>();
        for (const event of run(commands).events) {
          if (!('step' in event.data) || !('attempt' in event.data)) continue;
          const { step, jobId, attempt } = event.data;
          const holder = `${jobId} ${attempt}`;
          if (event.type === 'StepStarted') holders.set(step, holder);
          else expect(holders.get(step)).toBe(holder);
          if (event.type !== 'StepStarted' && event.type !== 'StepProgressed') holders.delete(step);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('comes to the same state from its events as from its commands', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const { events } = run(commands);
        const stored = JSON.parse(JSON.stringify(events)) as MediaEvent[];
        expect(stored.reduce(media.decider.evolve, media.decider.initialState)).toEqual(
          events.reduce(media.decider.evolve, media.decider.initialState),
        );
      }),
      { numRuns: 100 },
    );
  });
});
