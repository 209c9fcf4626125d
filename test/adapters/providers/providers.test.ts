import { describe, expect, onTestFinished, test } from 'vitest';
import { jpegOf } from '../../../src/adapters/grpc/jpeg-frames.js';
import { createHuggingFace } from '../../../src/adapters/providers/hugging-face.js';
import { createOpenAi } from '../../../src/adapters/providers/openai.js';
import { retryAfterSeconds } from '../../../src/adapters/providers/provider-call.js';
import { plain } from '../../support/drawn-pictures.js';
import {
  type Asked,
  type Fault,
  moderationAnswer,
  startStubProvider,
} from '../../support/providers/stub-provider.js';

const never = new AbortController().signal;
const images = [plain(1, 2, 3, 32), plain(4, 5, 6, 32)];
const chatting = {
  moderationModel: 'omni-moderation-latest',
  chatModel: 'c',
  speechModel: 's',
  labels: ['cat'],
};
const asking = { jpegOf, timeoutSeconds: 0.5, random: () => 0, now: Date.now };

async function openAi(
  answer: (asked: Asked) => unknown = () => moderationAnswer({ sexual: 0.25, violence: 0.5 }),
) {
  const stub = await startStubProvider(answer);
  onTestFinished(() => stub.close());
  const options = { apiKey: 'sk-1', baseUrl: `${stub.url}/v1/`, ...chatting };
  return { stub, client: createOpenAi({ ...asking, ...options }) };
}

async function huggingFace(answer: (asked: Asked) => unknown) {
  const stub = await startStubProvider(answer);
  onTestFinished(() => stub.close());
  const models = {
    moderationModel: 'a/classifier',
    detectionModel: 'a/detector',
    textModel: 'a/reader',
    speechModel: 'a/listener',
  };
  const options = { token: 'hf_1', endpointUrl: `${stub.url}/models/{model}`, ...models };
  return { stub, client: createHuggingFace({ ...asking, ...options }) };
}

describe('moderation by OpenAI', () => {
  test('shows each frame with the key, and gives what is said of each, and by which model', async () => {
    const { stub, client } = await openAi();
    const inferred = await client.infer('moderateFrames', { images }, { signal: never });
    expect(inferred).toEqual({
      model: { provider: 'openai', model: 'omni-moderation-latest', version: 'omni-moderation-2024-09-26' },
      answer: {
        labels: [
          { sexual: 0.25, violence: 0.5 },
          { sexual: 0.25, violence: 0.5 },
        ],
      },
    });
    const [first] = stub.asked;
    expect([first?.path, first?.headers.authorization]).toEqual(['/v1/moderations', 'Bearer sk-1']);
    const { input } = JSON.parse(String(first?.body));
    expect(input[0].image_url.url).toMatch(/^data:image\/jpeg;base64,\/9j\//);
  });

  test.each<[string, Fault[]]>([
    ['429 without a word of when', [{ status: 429 }]],
    ['429 and a second to wait', [{ status: 429, retryAfter: '1' }]],
    ['500 three times', [{ status: 500 }, { status: 502 }, { status: 503 }]],
    ['silence', ['silence']],
    ['an answer cut off in the middle', ['cut']],
  ])('asks again after %s', async (_, faults) => {
    const { stub, client } = await openAi();
    stub.meet(...faults);
    const startedAt = performance.now();
    const one = await client.infer('moderateFrames', { images: images.slice(0, 1) }, { signal: never });
    expect(one.answer.labels).toHaveLength(1);
    expect(stub.asked).toHaveLength(faults.length + 1);
    if (JSON.stringify(faults).includes('retryAfter'))
      expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  test.each<[string, Fault, string, number]>([
    ['no JSON', 'no json', 'provider_answer_invalid', 1],
    ['an answer that breaks the schema', 'nonsense', 'provider_answer_invalid', 1],
    ['an answer without end', 'endless', 'provider_answer_invalid', 1],
    ['a key that was revoked', { status: 401 }, 'provider_key_refused', 1],
    ['a model that is not there', { status: 404 }, 'provider_question_refused', 1],
    ['a pause longer than anybody waits', { status: 429, retryAfter: '3600' }, 'provider_unavailable', 1],
    ['500 again and again', { status: 500 }, 'provider_unavailable', 4],
  ])('gives up at %s', async (_, fault, code, requests) => {
    const { stub, client } = await openAi();
    stub.alwaysMeet(fault);
    await expect(
      client.infer('moderateFrames', { images: images.slice(0, 1) }, { signal: never }),
    ).rejects.toMatchObject({ code });
    expect(stub.asked).toHaveLength(requests);
  });

  test('is let go of at once by who gives up', async () => {
    const { stub, client } = await openAi();
    stub.alwaysMeet('silence');
    const controller = new AbortController();
    const asked = client.infer('moderateFrames', { images }, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('lease lost')), 50);
    await expect(asked).rejects.toThrow('lease lost');
  });

  test('does not follow to another address, which would be shown the key', async () => {
    const other = await openAi();
    const { stub, client } = await openAi();
    stub.alwaysMeet({ status: 307, location: `${other.stub.url}/v1/moderations` });
    await expect(client.infer('moderateFrames', { images }, { signal: never })).rejects.toMatchObject({
      kind: 'invalid',
    });
    expect(other.stub.asked).toEqual([]);
  });
});

describe('Hugging Face', () => {
  test('classifies frames, sent as JPEG to the address of the model', async () => {
    const { stub, client } = await huggingFace(() => [
      { label: 'nsfw', score: 0.75 },
      { label: 'Normal', score: 0.25 },
    ]);
    const { model, answer } = await client.infer('moderateFrames', { images }, { signal: never });
    expect(model).toEqual({ provider: 'huggingface', model: 'a/classifier', version: 'a/classifier' });
    expect(answer.labels[1]).toEqual({ nsfw: 0.75, normal: 0.25 });
    const [first] = stub.asked;
    expect([first?.path, first?.headers['content-type']]).toEqual(['/models/a/classifier', 'image/jpeg']);
    expect(first?.body.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  });

  test('finds objects, the surest first, with boxes that stay inside the picture', async () => {
    const { client } = await huggingFace(() => [
      { label: 'cat', score: 0.5, box: { xmin: 8, ymin: 16, xmax: 24, ymax: 64 } },
      { label: 'dog', score: 0.9, box: { xmin: -5, ymin: 0, xmax: 16, ymax: 8 } },
    ]);
    const { answer } = await client.infer('tagFrames', { images: images.slice(0, 1) }, { signal: never });
    expect(answer.objects).toEqual([
      [
        { label: 'dog', confidence: 0.9, box: [0, 0, 0.5, 0.25] },
        { label: 'cat', confidence: 0.5, box: [0.25, 0.5, 0.5, 0.5] },
      ],
    ]);
  });

  test.each([
    ['no list', { error: 'loading' }],
    ['a probability above 1', [{ label: 'x', score: 2 }]],
    ['a label of a megabyte', [{ label: 'x'.repeat(1e6), score: 1 }]],
  ])('is not believed when it answers %s', async (_, said) => {
    const { client } = await huggingFace(() => said);
    await expect(client.infer('moderateFrames', { images }, { signal: never })).rejects.toMatchObject({
      code: 'provider_answer_invalid',
    });
  });
});

test.each([
  ['7', 7],
  [' 0 ', 0],
  ['Mon, 30 Nov 2026 12:00:10 GMT', 10],
  ['Mon, 30 Nov 2026 11:00:00 GMT', 0],
  ['soon', 0],
  ['-1', 0],
  [null, 0],
])('Retry-After %j means %d s', (header, seconds) => {
  expect(retryAfterSeconds(header, Date.parse('2026-11-30T12:00:00Z'))).toBe(seconds);
});
