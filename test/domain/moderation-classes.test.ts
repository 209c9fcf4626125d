import { expect, test } from 'vitest';
import { scoresOf } from '../../src/domain/media/moderation-classes.js';

test('what is photographed and what is drawn add up to one class, which is never more than certain', () => {
  expect(scoresOf('local', { drawing: 0.1, hentai: 0.25, neutral: 0, porn: 0.5, sexy: 0.125 })).toEqual({
    adult: 0.75,
    suggestive: 0.125,
  });
  expect(scoresOf('local', { hentai: 0.6, porn: 0.6 }).adult).toBe(1);
});

test.each([
  [
    'openai',
    { sexual: 0.25, violence: 0.5, 'violence/graphic': 0.75, harassment: 1 },
    { adult: 0.25, violence: 0.5, graphic: 0.75 },
  ],
  ['huggingface', { nsfw: 0.75, normal: 0.25 }, { adult: 0.75 }],
])('labels of %s have their classes', (provider, labels, scores) => {
  expect(scoresOf(provider, labels)).toMatchObject(scores);
});

test('of several providers together the severest counts, class by class', () => {
  const labels = { porn: 0.5, sexy: 0.25, neutral: 0.25, sexual: 0.125, violence: 1 };
  expect(scoresOf('local+openai', labels)).toEqual({ adult: 0.5, suggestive: 0.25, violence: 1, graphic: 0 });
  expect(() => scoresOf('local+nobody', labels)).toThrow(
    expect.objectContaining({ code: 'unknown_moderation_provider' }),
  );
});

test('labels that a table does not name change nothing, and those that it misses count as zero', () => {
  expect(scoresOf('local', { kitten: 1 })).toEqual({ adult: 0, suggestive: 0 });
});

test.each(['nobody', 'toString', '__proto__'])(
  'labels of %s, which has no table, are refused',
  (provider) => {
    expect(() => scoresOf(provider, {})).toThrow(
      expect.objectContaining({ code: 'unknown_moderation_provider' }),
    );
  },
);
