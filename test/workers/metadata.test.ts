import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../src/core/event.js';
import type { AskOptions, InferenceClient, Inferred } from '../../src/core/inference/inference-client.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { builtInTaxonomy } from '../../src/domain/taxonomy/built-in-taxonomy.js';
import { metadataWorker } from '../../src/workers/metadata.js';
import { mediaId, probe, registered, uploaded } from '../kit/media-fixtures.js';

const openai = { provider: 'openai', model: 'm', version: '1', tokens: { input: 90, output: 10 } };
const answer = {
  title: { text: 'See <b>this</b>', confidence: 0.9 },
  summary: { text: 'A quiet\u202e day', confidence: 0.9 },
  tags: [
    { name: 'nature', confidence: 0.4 },
    { name: 'safe for all', confidence: 1 },
    { name: 'sea', confidence: 0.8 },
    { name: 'sea', confidence: 0.2 },
  ],
  genre: { name: 'invented', confidence: 1 },
};
const requested = (requestId: string): MediaEvent => ({
  type: 'MetadataRequested',
  data: { mediaId, requestId },
});

function worker(history: readonly MediaEvent[], by: Inferred<'generateMetadata'>['model'] = openai) {
  const asked: AskOptions[] = [];
  const inference = {
    async infer(_task: string, _request: unknown, options: AskOptions) {
      asked.push(options);
      return { model: by, answer };
    },
  } as unknown as InferenceClient;
  const { run } = metadataWorker({
    inference,
    historyOf: async () => history as readonly RecordedEvent<MediaEvent>[],
    taxonomyInForce: async () => builtInTaxonomy,
    askedForMetadata: { provider: 'openai', all: 'openai m' },
  });
  const signal = new AbortController().signal;
  return { asked, run: (requestId: string) => run({ mediaId, requestId }, { signal } as never) };
}

const probed: MediaEvent = { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } };
const item = [registered, uploaded, probed];

test('what a model answers is held to the taxonomy and to plain words, whatever it says', async () => {
  const { run } = worker([...item, requested('r1')]);
  expect(await run('r1')).toMatchObject([
    {
      type: 'RecordMetadata',
      data: {
        ...{ requestId: 'r1', model: openai, isRemembered: false, title: null, genre: null },
        taxonomy: { version: 'built-in-1', hash: builtInTaxonomy.hash },
        summary: { text: 'A quiet day' },
        tags: [
          { name: 'sea', confidence: 0.8 },
          { name: 'nature', confidence: 0.4 },
        ],
      },
    },
  ]);
});

test('the same question is not asked twice, and costs nothing; another one says what the item has taken before', async () => {
  const [first] = (await worker([...item, requested('r1')]).run('r1')) as unknown as [{ data: never }];
  const history: MediaEvent[] = [...item, requested('r1'), { type: 'MetadataSuggested', data: first.data }];
  const again = worker([...history, requested('r2')]);
  const [second] = (await again.run('r2')) as unknown as [{ data: { model: object } }];
  expect(again.asked).toEqual([]);
  expect(second.data).toMatchObject({
    requestId: 'r2',
    isRemembered: true,
    summary: { text: 'A quiet day' },
  });
  expect(second.data.model).toEqual({ provider: 'openai', model: 'm', version: '1' });
  const edited: MediaEvent = { type: 'MediaDetailsChanged', data: { mediaId, title: 'Other' } };
  const other = worker([...history, edited, requested('r3')]);
  expect(await other.run('r3')).toMatchObject([{ data: { isRemembered: false } }]);
  expect(other.asked).toMatchObject([{ tokensSpent: 100 }]);
});

test('who had to answer for another is asked for again, and nobody is asked for what nobody waits for', async () => {
  const local = { provider: 'local', model: 'words', version: '1' };
  const [first] = (await worker([...item, requested('r1')], local).run('r1')) as unknown as [{ data: never }];
  const history: MediaEvent[] = [...item, requested('r1'), { type: 'MetadataSuggested', data: first.data }];
  const again = worker([...history, requested('r2')]);
  expect(await again.run('r2')).toMatchObject([{ data: { isRemembered: false } }]);
  const unasked = worker([...history, requested('r2'), { type: 'MediaDeleted', data: { mediaId } }]);
  expect([await unasked.run('r2'), unasked.asked]).toEqual([[], []]);
});
