import { expect, test } from 'vitest';
import { type MediaFacts, observeMedia } from '../../src/observing/observe-media.js';
import { unobserved } from '../support/unobserved.js';

async function told(
  types: readonly string[],
  facts: MediaFacts | Error,
  isWritten = true,
): Promise<readonly string[]> {
  const figures: string[] = [];
  const note = (name: string, labels: object, amount = 1) =>
    void figures.push(`${name} ${Object.values(labels).join(' ')} ${amount}`);
  const asked: Promise<MediaFacts>[] = [];
  const tell = observeMedia({ ...unobserved.metrics, add: note, observe: note }, () => {
    const answer = facts instanceof Error ? Promise.reject(facts) : Promise.resolve(facts);
    asked.push(answer);
    return answer;
  });
  const events = types.map((type) => ({ type }));
  tell({ startedAt: 0, appends: [{ stream: 'media-1', traceparent: null, events, isWritten }] });
  await Promise.allSettled(asked);
  return figures;
}

const song: MediaFacts = { kind: 'audio', sizeBytes: 500, publications: 1, processingSeconds: 3 };
const unknown: MediaFacts = { kind: null, sizeBytes: 500, publications: 1, processingSeconds: null };

test.each<[string, readonly string[], MediaFacts, readonly string[]]>([
  [
    'an item is taken once it is known what it is, with its bytes',
    ['MediaProbed', 'StepCompleted', 'ProcessingPlanned'],
    song,
    ['media_items_total audio taken 1', 'media_taken_bytes_total audio 500'],
  ],
  [
    'a publication tells how long it took',
    ['StepCompleted', 'MediaPublished'],
    song,
    ['media_items_total audio published 1', 'media_processing_duration_seconds audio 3'],
  ],
  [
    'unless people were waited for',
    ['MediaPublished'],
    { ...song, processingSeconds: null },
    ['media_items_total audio published 1'],
  ],
  ['a rejection', ['MediaRejected'], { ...song, publications: 0 }, ['media_items_total audio rejected 1']],
  [
    'a takedown is no rejection of something new',
    ['MediaReviewed', 'MediaRejected'],
    song,
    ['media_items_total audio taken_down 1'],
  ],
  [
    'what is published again is no further publication, and took no time',
    ['MediaReviewed', 'MediaPublished'],
    { ...song, publications: 2 },
    ['media_items_total audio published_again 1'],
  ],
  [
    'what nobody could tell the kind of',
    ['StepFailed', 'ProcessingFailed'],
    unknown,
    ['media_items_total unknown failed 1'],
  ],
  ['all else', ['MediaUploaded', 'StepStarted', 'MediaDeleted'], song, []],
])('%s', async (_, types, facts, figures) => {
  expect(await told(types, facts)).toEqual(figures);
});

test('what was written before, or cannot be looked up, is not counted', async () => {
  expect(await told(['MediaPublished'], song, false)).toEqual([]);
  expect(await told(['MediaPublished'], new Error('the database is away'))).toEqual([]);
});
