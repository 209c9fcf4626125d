import { describe, expect, test } from 'vitest';
import { type Experiment, variantFor } from '../../src/recommender/experiment.js';

const viewers = Array.from({ length: 4000 }, (_, index) => `viewer-${index}`);
const tried = (name: string): Experiment => ({
  name,
  shares: [
    { variant: 'standard', part: 3 },
    { variant: 'plain', part: 1 },
  ],
});
const those = (experiment: Experiment) =>
  new Set(viewers.filter((viewer) => variantFor(experiment, viewer) === 'plain'));

describe('an experiment', () => {
  test('gives each variant its part of the viewers, and a viewer the same one each time', () => {
    expect(those(tried('one')).size / viewers.length).toBeCloseTo(0.25, 1);
    expect(those(tried('one'))).toEqual(those(tried('one')));
  });

  test('has others in its parts than another one', () => {
    const [one, other] = [those(tried('one')), those(tried('other'))];
    const inBoth = [...one].filter((viewer) => other.has(viewer));
    expect(inBoth.length / one.size).toBeCloseTo(0.25, 1);
  });
});
