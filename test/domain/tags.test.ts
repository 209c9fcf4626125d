import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tagsOf } from '../../src/domain/media/tags.js';
import { deepFreeze } from '../kit/deep-freeze.js';

type Sightings = Readonly<Record<string, number>>;

/** One frame every ten seconds. */
const frames = (...seen: readonly Sightings[]) =>
  deepFreeze(
    seen.map((sightings, index) => ({
      atSeconds: index * 10,
      objects: Object.entries(sightings).map(([label, confidence]) => ({ label, confidence })),
    })),
  );
const inShort = (given: ReturnType<typeof frames>, durationSeconds = given.length * 10) =>
  tagsOf(given, durationSeconds).map(
    ({ label, confidence, appearances }) =>
      `${label} ${confidence} ${appearances.map(({ startSeconds, endSeconds }) => `${startSeconds}-${endSeconds}`).join(',')}`,
  );

describe('tags', () => {
  test.each([
    ['nothing seen gives no tags', frames({}, {}), []],
    ['no frames give no tags', frames(), []],
    ['a label stands for the time up to the next frame', frames({}, { dog: 0.9 }, {}), ['dog 0.9 10-20']],
    ['the last frame stands for the time up to the end', frames({}, { dog: 0.9 }), ['dog 0.9 10-20']],
    [
      'neighbouring frames make one stretch, others another',
      frames({ dog: 0.6 }, { dog: 0.8 }, {}, { dog: 0.5 }),
      ['dog 0.8 0-20,30-40'],
    ],
    ['a guess is no sighting', frames({ dog: 0.49 }, { dog: 0.49 }), []],
    ['a single frame has to be sure', frames({ dog: 0.69, cat: 0.7 }), ['cat 0.7 0-10']],
    ['two unsure frames are enough', frames({ dog: 0.5 }, { dog: 0.5 }), ['dog 0.5 0-20']],
    [
      'surer labels come first, equal ones by name',
      frames({ cow: 0.8, bee: 0.8, ant: 0.9 }),
      ['ant 0.9 0-10', 'bee 0.8 0-10', 'cow 0.8 0-10'],
    ],
  ])('%s', (_, given, expected) => {
    expect(inShort(given)).toEqual(expected);
  });

  test('two of a kind in one frame are one sighting, as sure as the surer', () => {
    const objects = [
      { label: 'dog', confidence: 0.75 },
      { label: 'dog', confidence: 0.95 },
    ];
    expect(tagsOf(deepFreeze([{ atSeconds: 0, objects }]), 10)).toEqual([
      { label: 'dog', confidence: 0.95, appearances: [{ startSeconds: 0, endSeconds: 10 }] },
    ]);
  });

  test('a stretch never ends before it begins, even when the last frame lies behind the known end', () => {
    expect(inShort(frames({}, { dog: 0.9 }), 5)).toEqual(['dog 0.9 10-10']);
  });

  test('twenty-five labels are the most', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`label${index}`, 0.9]));
    expect(tagsOf(frames(many), 10)).toHaveLength(25);
  });

  test('labels are distinct and their stretches apart and in order', () => {
    const sightings = fc.dictionary(
      fc.constantFrom('ant', 'bee', 'cow'),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(sightings, { maxLength: 20 }), (seen) => {
        const tags = tagsOf(frames(...seen), seen.length * 10);
        expect(new Set(tags.map((tag) => tag.label)).size).toBe(tags.length);
        for (const { appearances } of tags)
          for (const [index, { startSeconds, endSeconds }] of appearances.entries()) {
            expect(endSeconds).toBeGreaterThan(startSeconds);
            expect(startSeconds).toBeGreaterThan(appearances[index - 1]?.endSeconds ?? -1);
          }
      }),
    );
  });
});
