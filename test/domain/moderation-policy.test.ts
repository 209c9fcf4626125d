import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayRejectBy, moderationClassSchema } from '../../src/domain/media/moderation-classes.js';
import { decideModeration } from '../../src/domain/media/moderation-policy.js';
import {
  builtInPolicy,
  DEFAULT_MODERATION_POLICY,
  policyDocumentSchema,
  policyOf,
} from '../../src/domain/media/moderation-policy-document.js';
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
    expect(decideModeration(frames([8, {}]), DEFAULT_MODERATION_POLICY, { missedParts: 8 }).outcome).toBe(
      'approved',
    );
    expect(decideModeration(frames([7, {}]), DEFAULT_MODERATION_POLICY, { missedParts: 9 })).toEqual({
      outcome: 'in_review',
      rule: 'too_few_frames',
      explanation: 'Only 7 of 16 parts of it could be looked at; the rest is damaged or missing.',
      causes: [],
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
    expect(decideModeration(given, builtInPolicy({ reviewAt: 0.2 })).outcome).toBe('in_review');
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

/** The same bands for every class, so that a table can say what each does. */
const strict = policyOf(
  policyDocumentSchema.parse({
    version: 'strict',
    classes: Object.fromEntries(
      moderationClassSchema.options.map((name) => [
        name,
        { person: { at: 0.4 }, reject: { at: 0.95, share: 0.5, frames: 2 } },
      ]),
    ),
  }),
);

describe.each(moderationClassSchema.options)('bands of the class %s', (name) => {
  const scored = (...scores: number[]) =>
    scores.map((score, index) => ({ atSeconds: index, pick: 'spread' as const, scores: { [name]: score } }));
  const sure = { mayReject: [name] };

  test.each([
    ['below the person’s band', [0.1, 0.39], 'approved'],
    ['at the person’s band', [0.1, 0.4], 'in_review'],
    ['right below the extreme, however often', [0.949, 0.949, 0.949], 'in_review'],
    ['at the extreme in too few frames', [0.95, 0.1], 'in_review'],
    ['at the extreme in too small a share', [0.95, 0.95, 0.1, 0.1, 0.1], 'in_review'],
    ['at the extreme in enough of them', [0.95, 0.95, 0.1, 0.1], 'rejected'],
  ])('%s', (_, scores, outcome) => {
    expect(decideModeration(scored(...scores), strict, sure).outcome).toBe(outcome);
  });

  test('a model that is not sure enough of it sends to a person at the most', () => {
    const decision = decideModeration(scored(1, 1, 1), strict, { mayReject: [] });
    expect(decision.outcome).toBe('in_review');
  });

  test('what led to it are the frames that reach the person’s band, the surest first', () => {
    const { causes, outcome } = decideModeration(scored(0.1, 0.5, 0.97, 0.6, 0.45, 0.41), strict, sure);
    expect(outcome).toBe('in_review');
    expect(causes).toEqual(
      [
        [0.97, 2],
        [0.6, 3],
        [0.5, 1],
        [0.45, 4],
      ].map(([score, frame]) => ({ class: name, score, frame, atSeconds: frame })),
    );
  });

  test('where a policy has no person look, it is approved whatever the scores', () => {
    const blind = { ...strict, classes: { ...strict.classes, [name]: { person: null, reject: null } } };
    expect(decideModeration(scored(1, 1, 1), blind, sure).outcome).toBe('approved');
  });
});

test('a rejection for one class is not softened by doubt about another', () => {
  const both = Array.from({ length: 4 }, (_, index) => ({
    ...{ atSeconds: index, pick: 'spread' as const },
    scores: { adult: 0.5, graphic: 0.99 },
  }));
  expect(decideModeration(both, strict, { mayReject: ['graphic'] })).toMatchObject({
    ...{ outcome: 'rejected', rule: 'graphic_in_many_frames' },
    causes: expect.arrayContaining([expect.objectContaining({ class: 'adult', score: 0.5 })]),
  });
});

test('local models reject by what they were trained for alone, and nobody by a model that is not known', () => {
  expect(mayRejectBy('local')).toEqual(['adult']);
  expect(mayRejectBy('somebody')).toEqual([]);
  expect(mayRejectBy('local+openai')).toEqual(['adult', 'violence', 'graphic']);
});

test('a policy is known by what it says, not by how it was written down', () => {
  const { hash: _, ...document } = strict;
  const classes = Object.fromEntries(Object.entries(document.classes).reverse()) as typeof document.classes;
  expect(policyOf({ ...document, classes }).hash).toBe(strict.hash);
  expect(policyOf({ ...document, sound: 'review' }).hash).not.toBe(strict.hash);
  expect(builtInPolicy().hash).toBe(DEFAULT_MODERATION_POLICY.hash);
});
