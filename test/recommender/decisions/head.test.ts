import { describe, expect, test } from 'vitest';
import { sha256Of } from '../../../src/core/bytes-hash.js';
import { createProjection, EMBEDDED_BYTES, fromBytes } from '../../../src/core/embeddings/project.js';
import { seededRandom } from '../../../src/core/seeded-random.js';
import { HEAD_PARAMETERS, scoreOf } from '../../../src/recommender/decisions/head.js';
import { headFromBlob } from '../../../src/recommender/decisions/head-blob.js';
import { areaUnderCurve, atThreshold, thresholdFor } from '../../../src/recommender/decisions/measures.js';
import { inParts } from '../../../src/recommender/decisions/parts.js';
import { trainHeadToBlob } from '../../../src/recommender/decisions/train-head-to-blob.js';
import { decidedPictures } from '../../kit/decided-pictures.js';

const judged = (approved: readonly number[], rejected: readonly number[]) => [
  ...approved.map((score) => ({ score, isRejected: false })),
  ...rejected.map((score) => ({ score, isRejected: true })),
];

test.each([
  ['always', [0.1, 0.2], [0.3, 0.9], 1],
  ['never', [0.3, 0.9], [0.1, 0.2], 0],
  ['by chance', [0.5, 0.5], [0.5, 0.5], 0.5],
  ['three times of four', [0.1, 0.4], [0.3, 0.5], 0.75],
  ['of nothing', [], [0.3], 0.5],
])('a rejected item has the higher score %s', (_, approved, rejected, auc) => {
  expect(areaUnderCurve(judged(approved, rejected)).auc).toBe(auc);
});

test('what a few say of how good it is may be further off than what many say', () => {
  const some = judged([0.1, 0.4], [0.3, 0.5]);
  const many = Array.from({ length: 20 }, () => some).flat();
  expect(areaUnderCurve(some).error).toBeGreaterThan(3 * areaUnderCurve(many).error);
});

test('the threshold leaves no more false alarms than it may, and as many hits as there are with these', () => {
  const approved = Array.from({ length: 20 }, (_, index) => index / 100);
  const some = judged(approved, [0.05, 0.185, 0.5, 0.9]);
  const threshold = thresholdFor(some, 0.05);
  expect(threshold).toBeGreaterThan(0.18);
  expect(threshold).toBeLessThan(0.185);
  expect(atThreshold(some, threshold)).toEqual({ precision: 3 / 4, recall: 3 / 4, falseAlarms: 1 / 20 });
  expect(atThreshold(judged([0.9], [0.1]), 1)).toEqual({ precision: 0, recall: 0, falseAlarms: 0 });
});

test('what is held out is of both sides, follows from the seed, and is nowhere else', () => {
  const isRejected = Array.from({ length: 31 }, (_, index) => index % 3 === 0);
  const parts = inParts(isRejected, [...isRejected.keys()], 3, 1);
  expect(parts.flat().toSorted((a, b) => a - b)).toEqual([...isRejected.keys()]);
  for (const part of parts) expect(new Set(part.map((place) => isRejected[place])).size).toBe(2);
  expect(inParts(isRejected, [...isRejected.keys()], 3, 1)).toEqual(parts);
  expect(inParts(isRejected, [...isRejected.keys()], 3, 2)).not.toEqual(parts);
});

test('a projection keeps how alike vectors are, and gives everybody the same', () => {
  const random = seededRandom(7);
  const vector = () => Float32Array.from({ length: 1792 }, () => random() ** 3);
  const [one, other] = [vector(), vector()];
  const near = one.map((value, at) => 0.9 * value + 0.1 * (other[at] as number));
  const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    const sum = (x: ArrayLike<number>, y: ArrayLike<number>) =>
      Array.from(x).reduce((total, value, at) => total + value * (y[at] as number), 0);
    return sum(a, b) / Math.sqrt(sum(a, a) * sum(b, b));
  };
  const project = createProjection(1792);
  for (const [a, b] of [
    [one, other],
    [one, near],
  ] as const)
    expect(cosine(fromBytes(project(a)), fromBytes(project(b)))).toBeCloseTo(cosine(a, b), 0.8);
  expect(project(one)).toHaveLength(EMBEDDED_BYTES);
  expect(sha256Of(project(Float32Array.from({ length: 1792 }, (_, at) => at)))).toBe(
    '48f40dbbfe1fe3759228ae2db0e83f1283cd33fea5bd26983e06a36607ec89fe',
  );
});

describe('a head', () => {
  const order = (options: Parameters<typeof decidedPictures>[0]) => ({
    name: 'moderation-head' as const,
    examples: decidedPictures({ width: 64, ...options }),
    ...{ position: '0042', parameters: HEAD_PARAMETERS, seed: 1 },
  });

  test('tells apart what can be told apart, on what it has not seen', () => {
    const { evaluation, withheld, blob, learnt, version } = trainHeadToBlob(order({ each: 60 }));
    expect(withheld).toBeNull();
    expect(evaluation?.auc).toBeGreaterThan(0.95);
    expect(evaluation?.falseAlarms).toBeLessThanOrEqual(0.05);
    expect(evaluation?.recall).toBeGreaterThan(0.8);
    expect([evaluation?.heldOutApproved, evaluation?.heldOutRejected]).toEqual([20, 20]);
    expect(learnt).toEqual({ items: 120, approved: 60, rejected: 60 });
    const head = headFromBlob(blob);
    expect(head.version).toEqual(version);
    const { vectors, space } = decidedPictures({ each: 2, seed: 9, width: 64 });
    const width = vectors.length / 4;
    const scores = [0, 1, 2, 3].map((place) =>
      scoreOf(head, { space, vector: vectors.subarray(place * width, (place + 1) * width) }),
    );
    expect(Math.min(...scores.slice(2))).toBeGreaterThan(Math.max(...scores.slice(0, 2)));
    expect(() => scoreOf(head, { space: 'another', vector: vectors.subarray(0, width) })).toThrow(RangeError);
  });

  test('learns in spite of people who now and then decide otherwise', () => {
    const { evaluation, withheld } = trainHeadToBlob(order({ each: 150, mistakes: 0.1 }));
    expect(withheld).toBeNull();
    expect(evaluation?.auc).toBeGreaterThan(0.75);
  });

  test('counts both sides alike, however many more were approved', () => {
    const { evaluation } = trainHeadToBlob(order({ each: 50, approved: 300 }));
    expect(evaluation?.recall).toBeGreaterThan(0.8);
  });

  test.each([1, 2, 3])('of decisions that follow from nothing is kept from use (%i)', (seed) => {
    const { withheld } = trainHeadToBlob(order({ each: 60, mistakes: 0.5, seed }));
    expect(withheld?.code).toBe('no_better_than_chance');
  });

  test('of the same decisions is the same, to the byte', () => {
    const once = sha256Of(trainHeadToBlob(order({ each: 50 })).blob);
    expect(sha256Of(trainHeadToBlob(order({ each: 50 })).blob)).toBe(once);
    expect(sha256Of(trainHeadToBlob(order({ each: 51 })).blob)).not.toBe(once);
  });

  test.each(['', '{}', '{"format":7,"weights":[]}'])('is not what reads %j', (text) => {
    expect(() => headFromBlob(new TextEncoder().encode(text))).toThrow(RangeError);
  });
});
