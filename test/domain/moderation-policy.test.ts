import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_MODERATION_POLICY, decideModeration } from '../../src/domain/media/moderation-policy.js';
import { deepFreeze } from '../kit/deep-freeze.js';

type Scores = { readonly adult: number; readonly suggestive: number };

const clean: Scores = { adult: 0.02, suggestive: 0.01 };
const frames = (...groups: readonly (readonly [count: number, scores: Partial<Scores>])[]) =>
  deepFreeze(
    groups
      .flatMap(([count, scores]) => Array.from({ length: count }, () => ({ ...clean, ...scores })))
      .map((scores, index) => ({ atSeconds: index, pick: 'spread' as const, scores })),
  );
const beyondDoubt = { adult: 0.92 };

describe('moderation policy', () => {
  test.each([
    ['what nobody could look at goes to a person', frames(), 'in_review', 'no_frames'],
    ['clean frames are approved', frames([10, {}]), 'approved', 'below_review_threshold'],
    [
      'a frame right below the review threshold is approved',
      frames([9, {}], [1, { adult: 0.599 }]),
      'approved',
      'below_review_threshold',
    ],
    [
      'a single frame at the review threshold goes to a person',
      frames([9, {}], [1, { adult: 0.6 }]),
      'in_review',
      'possibly_explicit_frame',
    ],
    [
      'three of ten frames beyond doubt are rejected',
      frames([7, {}], [3, beyondDoubt]),
      'rejected',
      'explicit_in_many_frames',
    ],
    [
      'three of eleven are too small a share, so a person decides',
      frames([8, {}], [3, beyondDoubt]),
      'in_review',
      'possibly_explicit_frame',
    ],
    [
      'two frames are a coincidence, even when there are no others',
      frames([2, beyondDoubt]),
      'in_review',
      'possibly_explicit_frame',
    ],
    [
      'frames right below beyond doubt are never rejected without a person',
      frames([10, { adult: 0.919 }]),
      'in_review',
      'possibly_explicit_frame',
    ],
    [
      'a quarter of suggestive frames goes to a person',
      frames([6, {}], [2, { suggestive: 0.6 }]),
      'in_review',
      'suggestive_in_many_frames',
    ],
    [
      'less than a quarter of suggestive frames is approved',
      frames([7, {}], [2, { suggestive: 0.99 }]),
      'approved',
      'below_review_threshold',
    ],
  ])('%s', (_, given, outcome, rule) => {
    expect(decideModeration(given)).toMatchObject({ outcome, rule });
  });

  test('what less than half of could be looked at goes to a person', () => {
    expect(decideModeration(frames([8, {}]), DEFAULT_MODERATION_POLICY, 8).outcome).toBe('approved');
    expect(decideModeration(frames([7, {}]), DEFAULT_MODERATION_POLICY, 9)).toEqual({
      outcome: 'in_review',
      rule: 'too_few_frames',
      explanation: 'Only 7 of 16 parts of it could be looked at; the rest is damaged or missing.',
    });
  });

  test('the explanation names the worst frame and the thresholds', () => {
    const { explanation } = decideModeration(frames([4, {}], [1, { adult: 0.7 }], [1, {}]));
    expect(explanation).toBe('Highest score: explicit 70 % at 4.0 s; from 60 % a person decides.');
  });

  test('the explanation of a single frame, which a picture is, counts none and tells no time', () => {
    expect(decideModeration(frames([1, {}])).explanation).toBe(
      'One frame looked at: explicit 2 %; from 60 % a person would decide.',
    );
    expect(decideModeration(frames([1, { adult: 0.7 }])).explanation).toBe(
      'Highest score: explicit 70 %; from 60 % a person decides.',
    );
  });

  test('frames picked because they look unlike the others send to a person, and never reject', () => {
    const burst = Array.from({ length: 8 }, (_, index) => ({
      atSeconds: index,
      pick: 'unlike' as const,
      scores: { ...clean, ...beyondDoubt },
    }));
    expect(decideModeration([...frames([12, {}]), ...burst])).toMatchObject({
      outcome: 'in_review',
      rule: 'possibly_explicit_frame',
    });
    expect(decideModeration(burst).outcome).toBe('in_review');
  });

  test('an item of which no frame spread over the whole could be taken is for a person, whatever else was seen', () => {
    const keyframes = [0, 1].map((atSeconds) => ({ atSeconds, pick: 'unlike' as const, scores: clean }));
    expect(decideModeration(keyframes)).toMatchObject({ outcome: 'in_review', rule: 'no_frames' });
  });

  test('a stricter policy sends more to a person', () => {
    const given = frames([9, {}], [1, { adult: 0.3 }]);
    expect(decideModeration(given).outcome).toBe('approved');
    expect(decideModeration(given, { ...DEFAULT_MODERATION_POLICY, reviewAt: 0.2 }).outcome).toBe(
      'in_review',
    );
  });

  const anyScore = fc.double({ min: 0, max: 1, noNaN: true });
  const anyFrames = fc.array(
    fc.record({
      atSeconds: fc.double({ min: 0, max: 1e5, noNaN: true }),
      pick: fc.constantFrom('spread' as const, 'unlike' as const),
      scores: fc.record({ adult: anyScore, suggestive: anyScore }),
    }),
    { maxLength: 30 },
  );

  test('an item is never rejected on fewer than three frames, nor approved with one that a person should see', () => {
    fc.assert(
      fc.property(anyFrames, (given) => {
        const { outcome } = decideModeration(deepFreeze(given));
        const explicit = given.map(({ scores }) => scores.adult);
        const ofSpread = explicit.filter((_, index) => given[index]?.pick === 'spread');
        if (outcome === 'rejected')
          expect(ofSpread.filter((score) => score >= 0.92).length).toBeGreaterThanOrEqual(3);
        if (outcome === 'approved') expect(Math.max(...explicit)).toBeLessThan(0.6);
      }),
    );
  });

  test('the order of the frames does not matter to the outcome', () => {
    fc.assert(
      fc.property(anyFrames, (given) => {
        expect(decideModeration(given.toReversed()).rule).toBe(decideModeration(given).rule);
      }),
    );
  });
});
