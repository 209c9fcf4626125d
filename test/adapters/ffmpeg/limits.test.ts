import { describe, expect, test } from 'vitest';
import { longestRunSeconds, shownPixels, wallClockFor } from '../../../src/adapters/ffmpeg/wall-clock.js';
import type { VideoStreamProbe } from '../../../src/core/media-probe.js';
import { stepKinds } from '../../../src/domain/media/steps/step-name.js';
import { createStallWatch, type SignsOfLife } from '../../../src/sandbox/run/stall-watch.js';
import { jobPolicies } from '../../../src/workers/policies.js';

/** What a watch of 60 s says, minute by half minute, of signs that are taken as often. */
const verdicts = (signs: readonly SignsOfLife[]) => {
  const watch = createStallWatch(60, 0);
  return signs.map((seen, index) => watch(seen, (index + 1) * 30)?.what);
};
const quiet = { moved: [0, 0], cpuSeconds: 0 };

describe('a run is taken to hang', () => {
  test('when nothing shows that it is at work', () => {
    expect(verdicts([quiet, quiet])).toEqual([undefined, 'made no progress for 60 s']);
  });

  test('when all it does is to tell again and again that it got nowhere', () => {
    const telling = [0.1, 0.2, 0.3].map((cpuSeconds) => ({ moved: [5, 7], cpuSeconds }));
    expect(verdicts(telling)).toEqual([undefined, undefined, 'made no progress for 60 s']);
  });

  test('when it computes on and on without reading or writing', () => {
    const spinning = Array.from({ length: 22 }, (_, index) => ({ moved: [5], cpuSeconds: index * 30 }));
    expect(verdicts(spinning).filter(Boolean)).toEqual(['computed for 600 s without reading or writing']);
  });
});

describe('a run is not taken to hang', () => {
  test.each([
    ['its output grows', (index: number) => ({ moved: [index, 0], cpuSeconds: 0 })],
    ['it reads', (index: number) => ({ moved: [0, index], cpuSeconds: 0 })],
    ['it computes on a fiftieth of a processor', (index: number) => ({ ...quiet, cpuSeconds: index * 0.62 })],
    ['it reads now and then and computes a lot', (i: number) => ({ moved: [i >> 2], cpuSeconds: i * 100 })],
  ])('while %s', (_, signs) => {
    const seen = verdicts(Array.from({ length: 100 }, (_, index) => signs(index)));
    expect(seen.filter(Boolean)).toEqual([]);
  });
});

describe('the wall clock of a run', () => {
  const fourK60 = { codedWidth: 3840, codedHeight: 2160, frameRate: 60 } as VideoStreamProbe;

  test('leaves a machine with a tenth of a processor the time to decode two minutes of 4K60', () => {
    expect(wallClockFor({ bytes: 500e6, pixels: shownPixels(fourK60, 110) })).toBeGreaterThan(186 * 10);
  });

  test('leaves a disk of 5 MB/s the time to read a gigabyte', () => {
    expect(wallClockFor({ bytes: 1e9, pixels: 0 })).toBeGreaterThan(200);
  });

  test('ends before the job’s, whatever a file says of itself', () => {
    expect(wallClockFor({ bytes: 1e12, pixels: shownPixels(fourK60, 1e9) })).toBe(longestRunSeconds);
    // Suggesting metadata runs no tool: it asks a model about words.
    for (const step of stepKinds.filter((kind) => kind !== 'suggest'))
      expect(longestRunSeconds).toBeLessThan(jobPolicies[step].timeLimitSeconds);
  });
});
