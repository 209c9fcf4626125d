import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../src/core/event.js';
import type { AskOptions, InferenceClient, Inferred } from '../../src/core/inference/inference-client.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { builtInPolicy } from '../../src/domain/media/moderation-policy-document.js';
import { builtInTaxonomy } from '../../src/domain/taxonomy/built-in-taxonomy.js';
import { metadataWorker } from '../../src/workers/metadata.js';
import { suggestWorker } from '../../src/workers/suggest.js';
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
  const sources = {
    inference,
    historyOf: async () => history as readonly RecordedEvent<MediaEvent>[],
    taxonomyInForce: async () => builtInTaxonomy,
    askedForMetadata: { provider: 'openai', all: 'openai m' },
  };
  const { run } = metadataWorker(sources);
  const signal = new AbortController().signal;
  const atIngestion = () =>
    suggestWorker({ ...sources, policy: builtInPolicy() }).run({ mediaId, use: 'accept' }, context);
  return { asked, atIngestion, run: (requestId: string) => run({ mediaId, requestId }, { signal } as never) };
}

const held = { mediaId, step: 'suggest' as const, attempt: 1, jobId: 'j1' };
const context = { signal: new AbortController().signal, attempt: 1, jobId: 'j1' } as never;

const probed: MediaEvent = { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } };
const item = [registered, uploaded, probed];

test('what a model answers is held to the taxonomy and to plain words, whatever it says', async () => {
  const { run } = worker([...item, requested('r1')]);
  expect(await run('r1')).toMatchObject([
    {
      type: 'RecordMetadata',
      data: {
        ...{ requestId: 'r1', model: openai, isRemembered: false, title: null, genre: null },
        taxonomy: { version: 'built-in-2', hash: builtInTaxonomy.hash },
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

test('at ingestion nobody has asked, and the same is suggested, within the same budget and from the same history', async () => {
  const { run } = worker([...item, requested('r1')]);
  const [first] = (await run('r1')) as unknown as [{ data: { requestId: string } }];
  const { mediaId: _, requestId: __, ...suggested } = first.data as typeof first.data & { mediaId: string };
  const fresh = worker(item);
  expect(await fresh.atIngestion()).toEqual([
    { type: 'RecordSuggestions', data: { ...held, suggested, use: 'accept', policy: builtInPolicy() } },
  ]);
  expect(fresh.asked).toMatchObject([{ tokensSpent: 0 }]);
  const asBefore: MediaEvent[] = [...item, { type: 'MetadataSuggested', data: first.data as never }];
  const again = worker(asBefore);
  expect(await again.atIngestion()).toMatchObject([{ data: { suggested: { isRemembered: true } } }]);
  expect(again.asked).toEqual([]);
});
