import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import { type MediaEvent, mediaEvents } from '../../src/domain/media/media-events.js';
import { stepsOf } from '../../src/domain/media/media-state.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import { mediaId } from '../kit/media-fixtures.js';
import { anyHistory, command, run } from '../kit/media-histories.js';

const count = (events: readonly MediaEvent[], type: MediaEvent['type']) =>
  events.filter((event) => event.type === type).length;
/** Whether the item is a rejected one: nobody has overruled it since. */
const isRejected = (events: readonly MediaEvent[]) =>
  events.findLast(({ type }) => type === 'MediaRejected' || type === 'MediaReviewed')?.type ===
  'MediaRejected';
const has = (events: readonly MediaEvent[], type: MediaEvent['type']) => count(events, type) > 0;

describe('a media item, whatever is asked of it', () => {
  test('says each last word once', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const { events } = run(commands);
        for (const type of ['MediaRegistered', 'MediaDeleted', 'MediaPurged'] as const)
          expect(count(events, type)).toBeLessThanOrEqual(1);
        // What was published may be taken down, what was rejected be approved, and so on: never one of them twice in a row.
        const shown = events.filter(({ type }) => type === 'MediaPublished' || type === 'MediaRejected');
        shown.forEach((event, index) => {
          if (shown[index + 1]?.type === event.type)
            expect(count(events, 'MediaReviewed')).toBeGreaterThan(0);
          if (event.type === 'MediaPublished')
            expect(event.data.again ?? false).toBe(
              shown.slice(0, index).some(({ type }) => type === event.type),
            );
          if (event.type === 'MediaRejected')
            expect(event.data.wasPublished ?? false).toBe(shown[index - 1]?.type === 'MediaPublished');
        });
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

  test('is published only with a picture, its planned poster and sound and an approval, never out of review or a rejection', () => {
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
          const kind = events.findLast((event) => event.type === 'MediaProbed')?.data.kind;
          const files = events.flatMap((event) =>
            event.type === 'DerivativeGenerated' ? [event.data.derivative.name] : [],
          );
          if (kind === 'image') expect(files.some((name) => name.startsWith('image/'))).toBe(true);
          else expect(kinds).toContain(kind === 'audio' ? 'audio' : 'video');
          const plan = events.findLast((event) => event.type === 'ProcessingPlanned');
          if (plan?.type === 'ProcessingPlanned' && plan.data.steps.some(({ step }) => step === 'poster'))
            expect(has(before, 'PosterGenerated') || has(appended, 'PosterGenerated')).toBe(true);
          if (plan?.type === 'ProcessingPlanned' && plan.data.audio) expect(kinds).toContain('audio');
          const word = events.findLast(
            ({ type }) => type === 'ModerationDecided' || type === 'MediaReviewed',
          );
          expect(
            word?.type === 'MediaReviewed'
              ? word.data.decision
              : word?.type === 'ModerationDecided' && word.data.outcome,
          ).toMatch(/^approve/);
          expect(isRejected(events)).toBe(false);
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
        const later = events.slice(reviewedAt + 1);
        expect(count(later, 'ModerationDecided')).toBe(0);
        // Unless somebody takes it down, or approves what was taken down.
        const abouts = later.flatMap((event) => (event.type === 'MediaReviewed' ? [event.data.about] : []));
        expect(abouts).not.toContain('review');
      }),
      { numRuns: 1000 },
    );
  });

  test('has nothing left to do while it is rejected, and nothing that stays cancelled when it is not', () => {
    let overruled = 0;
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const approval = command('ReviewMedia', {
          ...{ decision: 'approve', reason: 'fine', reviewer: 'ada' },
          ...{ policy: DEFAULT_MODERATION_POLICY, at: '2026-11-21T12:00:00.000Z' },
        });
        const { events, state } = run([...commands, approval]);
        const statuses = stepsOf(state).map(([, { status }]) => status);
        if (state.deleted) return;
        if (state.rejectedBy) expect(statuses).not.toContain('queued');
        else expect(statuses).not.toContain('cancelled');
        if (has(events, 'MediaRejected') && !isRejected(events)) overruled++;
      }),
      { numRuns: 1000 },
    );
    expect(overruled).toBeGreaterThan(10);
  });

  test('says nothing after its deletion but what becomes of its bytes, and nothing once they are gone', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const { events } = run([...commands, command('DeleteMedia', {}), ...commands, ...commands]);
        const deletedAt = events.findIndex((event) => event.type === 'MediaDeleted');
        if (deletedAt < 0) return;
        const purgedAt = events.findIndex((event) => event.type === 'MediaPurged');
        const failures = events.slice(deletedAt + 1, purgedAt < 0 ? undefined : purgedAt);
        expect(failures.filter((event) => event.type !== 'MediaPurgeFailed')).toEqual([]);
        if (purgedAt >= 0) expect(events.slice(purgedAt + 1)).toEqual([]);
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
          expect(has(events, 'MediaPublished') || isRejected(events)).toBe(false);
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
