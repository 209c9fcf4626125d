import { describe, expect, onTestFinished, test } from 'vitest';
import { jpegOf } from '../../../src/adapters/grpc/jpeg-frames.js';
import { createHuggingFace } from '../../../src/adapters/providers/hugging-face.js';
import { createOpenAi } from '../../../src/adapters/providers/openai.js';
import { describedItem } from '../../kit/described-item.js';
import { type Asked, completionAnswer, startStubProvider } from '../../support/providers/stub-provider.js';

const never = new AbortController().signal;
const asking = { jpegOf, timeoutSeconds: 5, random: () => 0, now: Date.now };
const entry = (name: string) => ({ name, aliases: [] });
const lists = {
  tags: Array.from({ length: 23 }, (_, at) => entry(`tag ${at}`)),
  genres: [entry('news'), entry('vlog')],
};
const request = { item: describedItem({ title: 'At sea', description: 'A boat.' }), lists };

async function clientOf(kind: 'openai' | 'huggingface', answer: (asked: Asked) => unknown) {
  const stub = await startStubProvider(answer);
  onTestFinished(() => stub.close());
  const client =
    kind === 'openai'
      ? createOpenAi({
          ...{ ...asking, apiKey: 'sk-1', baseUrl: stub.url },
          ...{ moderationModel: 'm', chatModel: 'gpt-4o-mini', speechModel: 's', labels: ['cat'] },
        })
      : createHuggingFace({
          ...{ ...asking, token: 'hf_1', endpointUrl: `${stub.url}/models/{model}` },
          ...{
            moderationModel: 'a/c',
            detectionModel: 'a/d',
            textModel: 'a/reader',
            speechModel: 'a/listener',
          },
        });
  return { stub, ask: (of = request) => client.infer('generateMetadata', of, { signal: never }) };
}

const answer = {
  title: { text: 'A boat at sea', confidence: 0.8 },
  summary: null,
  tags: [{ name: 'tag 3', confidence: 0.7 }],
  genre: { name: 'vlog', confidence: 0.6 },
};

describe('metadata by a chat model', () => {
  test('is asked for as data beside the rules, by names of the lists alone, and comes with its tokens', async () => {
    const { stub, ask } = await clientOf('openai', () => completionAnswer(answer));
    expect(await ask()).toEqual({
      model: {
        ...{ provider: 'openai', model: 'gpt-4o-mini', version: 'gpt-4o-mini-2024-07-18' },
        ...{ promptVersion: 'metadata-1', tokens: { input: 100, output: 20 } },
      },
      answer,
    });
    const { messages, response_format } = JSON.parse(String(stub.asked[0]?.body));
    expect(messages).toMatchObject([{ role: 'system' }, { role: 'user' }]);
    expect(JSON.parse(messages[1].content)).toMatchObject({ title: 'At sea', description: 'A boat.' });
    const { schema, strict } = response_format.json_schema;
    expect([strict, schema.properties.tags.items.properties.name.enum.length]).toEqual([true, 23]);
  });

  test('ends a text that is too long at a whole word', async () => {
    const long = { ...answer, title: { text: 'word '.repeat(100), confidence: 1 } };
    const { ask } = await clientOf('openai', () => completionAnswer(long));
    expect((await ask()).answer.title?.text).toMatch(/^(word )+word…$/);
  });

  test.each([
    ['a name that is in no list', { ...answer, genre: { name: 'pwned', confidence: 1 } }],
    ['a field that nobody asked for', { ...answer, isSafe: true }],
    ['more tags than there may be', { ...answer, tags: Array(13).fill(answer.tags[0]) }],
    ['a confidence that is none', { ...answer, title: { text: 'x', confidence: 7 } }],
    ['no object', 'certainly!'],
  ])('is not believed with %s', async (_, wrong) => {
    const { ask } = await clientOf('openai', () => completionAnswer(wrong));
    await expect(ask()).rejects.toMatchObject({ code: 'provider_answer_invalid' });
  });
});

describe('metadata by zero-shot classification', () => {
  const scoring =
    (form: 'pairs' | 'lists') =>
    ({ body }: Asked): unknown => {
      const names = JSON.parse(String(body)).parameters.candidate_labels as string[];
      const scored = [...names, 'pwned'].map((label) => ({
        label,
        score: ['tag 3', 'vlog', 'pwned'].includes(label) ? 0.9 : label === 'tag 21' ? 0.6 : 0.1,
      }));
      return form === 'pairs'
        ? scored
        : { labels: scored.map(({ label }) => label), scores: scored.map(({ score }) => score) };
    };

  test.each(['pairs', 'lists'] as const)(
    'asks for a few names at a time, and believes names that were asked for alone: %s',
    async (form) => {
      const { stub, ask } = await clientOf('huggingface', scoring(form));
      expect(await ask()).toEqual({
        model: { provider: 'huggingface', model: 'a/reader', version: 'a/reader' },
        answer: {
          ...{ title: null, summary: null },
          tags: [
            { name: 'tag 3', confidence: 0.9 },
            { name: 'tag 21', confidence: 0.6 },
          ],
          genre: { name: 'vlog', confidence: 0.9 },
        },
      });
      expect(stub.asked.map(({ path }) => path)).toEqual(Array(4).fill('/models/a/reader'));
      const { inputs, parameters } = JSON.parse(String(stub.asked[0]?.body));
      expect([inputs, parameters.multi_label]).toEqual(['At sea\nA boat.', true]);
    },
  );

  test('asks nobody of an item of which nothing is known', async () => {
    const { stub, ask } = await clientOf('huggingface', scoring('pairs'));
    const { answer: none } = await ask({ lists, item: describedItem({ title: '' }) });
    expect([none.tags, none.genre, stub.asked.length]).toEqual([[], null, 0]);
  });

  test('is not believed with scores that are none', async () => {
    const { ask } = await clientOf('huggingface', () => ({ labels: ['vlog'], scores: [] }));
    await expect(ask()).rejects.toMatchObject({ code: 'provider_answer_invalid' });
  });
});
