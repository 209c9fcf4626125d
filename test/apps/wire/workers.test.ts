import { describe, expect, test } from 'vitest';
import { createWorkers, needsOf } from '../../../src/apps/wire/workers.js';
import { type JobKind, jobKinds } from '../../../src/domain/jobs.js';

/** Makes the workers of these kinds, and says what was opened for them. */
async function made(kinds: readonly JobKind[]) {
  const opened: string[] = [];
  const open = (what: string) => async () => {
    opened.push(what);
    return {} as never;
  };
  const { workers } = await createWorkers(
    kinds,
    {
      ...{ blobs: open('blobs'), tools: open('tools'), pictures: open('pictures') },
      ...{ inference: open('inference'), views: open('views'), trainer: open('trainer') },
    },
    {} as never,
  );
  return { kinds: workers.map(({ kind }) => kind), opened: opened.toSorted() };
}

describe('the workers of a process', () => {
  test('are those of the kinds it takes, each by its own name', async () => {
    expect((await made(jobKinds)).kinds).toEqual(jobKinds);
    expect((await made(['tag', 'purge'])).kinds).toEqual(['tag', 'purge']);
  });

  test('have opened what they need and nothing else: no models for transcoding, no tools for recommendations', async () => {
    expect((await made(['transcode', 'preview', 'gif'])).opened).toEqual(['blobs', 'tools']);
    expect((await made(['recommend', 'forget'])).opened).toEqual(['blobs', 'inference', 'views']);
    expect((await made(['train'])).opened).toEqual(['blobs', 'trainer', 'views']);
    expect((await made(['purge'])).opened).toEqual(['blobs']);
    expect((await made(['moderate', 'probe'])).opened).toEqual([
      ...['blobs', 'inference', 'pictures', 'tools', 'views'],
    ]);
    expect((await made(['image'])).opened).toEqual(['blobs', 'pictures']);
    expect(needsOf([])).toEqual(new Set());
  });
});
