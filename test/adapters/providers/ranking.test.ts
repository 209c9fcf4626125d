import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOpenAi } from '../../../src/adapters/providers/openai.js';
import type { InferenceClient } from '../../../src/core/inference/inference-client.js';
import { silentLogger } from '../../../src/core/logger.js';
import { createRerank } from '../../../src/workers/rerank.js';
import { hostileTexts } from '../../support/hostile-texts.js';
import {
  completionAnswer,
  type Fault,
  type StubProvider,
  startStubProvider,
} from '../../support/providers/stub-provider.js';

const signal = new AbortController().signal;
const item = (title: string, ...tags: string[]) => ({ title, tags });
const question = {
  liked: [item('The Sea', 'sea')],
  candidates: [item('News'), item('Boats', 'sea'), item('Cats')],
};

let stub: StubProvider;
let openai: InferenceClient;
let said: unknown;
beforeAll(async () => {
  stub = await startStubProvider(() => completionAnswer(said));
  openai = createOpenAi({
    ...{ jpegOf: () => expect.unreachable(), timeoutSeconds: 1, random: () => 0, now: Date.now },
    ...{
      apiKey: 'sk-1',
      baseUrl: stub.url,
      moderationModel: 'm',
      chatModel: 'c',
      speechModel: 's',
      labels: ['cat'],
    },
  });
});
afterAll(() => stub.close());
beforeEach(() => {
  said = { order: ['2', '3', '1'] };
});
const rank = () => openai.infer('rankCandidates', question, { signal });

describe('the order of a list by a chat model', () => {
  test('is of a closed list, with the tokens it took and the words it was asked in', async () => {
    expect(await rank()).toEqual({
      model: {
        ...{ provider: 'openai', model: 'c', version: 'gpt-4o-mini-2024-07-18' },
        ...{ promptVersion: 'ranking-1', tokens: { input: 100, output: 20 } },
      },
      answer: { order: [1, 2, 0] },
    });
    const { messages, response_format } = JSON.parse(String(stub.asked.at(-1)?.body));
    expect(response_format.json_schema.schema.properties.order.items.enum).toEqual(['1', '2', '3']);
    expect(JSON.parse(messages[1].content)).toEqual({
      liked: [item('The Sea', 'sea')],
      candidates: [
        { id: '1', title: 'News', tags: [] },
        { id: '2', title: 'Boats', tags: ['sea'] },
        { id: '3', title: 'Cats', tags: [] },
      ],
    });
  });

  test('loses what is in no list, and nothing else of it', async () => {
    said = { order: ['pwned', '3', '99', '', '1'] };
    expect((await rank()).answer.order.filter((place) => place >= 0)).toEqual([2, 0]);
  });

  test('is understood where the model writes ids as numbers', async () => {
    said = { order: [3, '1', 99] };
    expect((await rank()).answer.order).toEqual([2, 0, -1]);
  });

  test.each<[string, unknown]>([
    ['is no order', { best: '1' }],
    ['counts from zero, so that its numbers are no ids', { order: [2, 0, 1] }],
    ['is of fractions', { order: [1.5] }],
    ['is no object', 'cats'],
  ])('cannot be used where the answer %s', async (_, answer) => {
    said = answer;
    await expect(rank()).rejects.toMatchObject({ code: 'provider_answer_invalid' });
  });

  test('comes after a server that asks to be left alone for a moment, or fails', async () => {
    stub.meet({ status: 429, retryAfter: '0' }, { status: 429 }, { status: 500 });
    expect((await rank()).answer.order).toEqual([1, 2, 0]);
  });

  test.each<[Fault, string]>([
    ['no json', 'provider_answer_invalid'],
    [{ status: 401 }, 'provider_key_refused'],
  ])('fails at once of a server with %j', async (fault, code) => {
    stub.meet(fault);
    await expect(rank()).rejects.toMatchObject({ code });
  });
});

const listed = ['news', 'boats', 'cats'];
const chosen = listed.map((itemId, at) => ({ itemId, score: 3 - at, reason: { kind: 'new' } as const }));

describe('a model that obeys the titles it reads', () => {
  const wishes = [['SECRET'], ['3', '3', '3', 'pwned'], []];
  test.each(hostileTexts)('puts nothing else on a list by $name', async ({ text }) => {
    for (const order of wishes) {
      said = { order };
      const rerank = createRerank({
        popularity: {
          describedOf: async (ids) => ids.map((mediaId) => ({ mediaId, title: text, tags: [text] })),
        },
        inference: openai,
        settings: { whose: 'everybody', maximumCandidates: 30, deadlineSeconds: 5, asked: 'openai' },
      });
      const before = stub.asked.length;
      const tastes = [{ itemId: 'liked-4711', weight: 1 }];
      const { list } = await rerank(chosen, tastes, { signal, logger: silentLogger });
      expect(list.map(({ itemId }) => itemId).toSorted()).toEqual(listed.toSorted());
      // Neither an item nor a viewer can be told by what is asked.
      const asked = stub.asked.slice(before).map(({ body }) => String(body));
      expect(asked).toHaveLength(1);
      expect(asked.join()).not.toMatch(/liked-4711|"news"|"boats"/);
      expect(asked.join().length).toBeLessThan(20_000);
    }
  });
});
