import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jpegOf } from '../../../src/adapters/grpc/jpeg-frames.js';
import { createHuggingFace } from '../../../src/adapters/providers/hugging-face.js';
import { createOpenAi } from '../../../src/adapters/providers/openai.js';
import type { InferenceClient } from '../../../src/core/inference/inference-client.js';
import { plain } from '../../support/drawn-pictures.js';
import { type Fault, type StubProvider, startStubProvider } from '../../support/providers/stub-provider.js';

const never = { signal: new AbortController().signal };
const asking = { jpegOf, timeoutSeconds: 0.5, random: () => 0, now: Date.now };
/** Two seconds. */
const samples = new Float32Array(32_000).fill(0.5);

let stub: StubProvider;
let said: unknown;
let clients: Record<'openai' | 'huggingface', InferenceClient>;
beforeAll(async () => {
  stub = await startStubProvider(() => said);
  clients = {
    openai: createOpenAi({
      ...{ ...asking, apiKey: 'sk-1', baseUrl: `${stub.url}/v1`, moderationModel: 'm' },
      ...{ chatModel: 'c', speechModel: 'whisper-1', labels: ['cat'] },
    }),
    huggingface: createHuggingFace({
      ...{ ...asking, token: 'hf_1', endpointUrl: `${stub.url}/models/{model}` },
      ...{ moderationModel: 'a/c', detectionModel: 'a/d', textModel: 'a/r', speechModel: 'a/listener' },
      tagging: { model: 'a/clip', labels: ['cat', 'dog', 'sea'] },
    }),
  };
});
afterAll(() => stub.close());

const segment = (start: number, end: number, text: string, sure = Math.log(0.75)) => ({
  ...{ start, end, text, avg_logprob: sure, no_speech_prob: 0.01 },
});
const verbose = (segments: unknown[], language = 'english') => ({ task: 'transcribe', language, segments });
const chunk = (start: number, end: number | null, text: string) => ({ text, timestamp: [start, end] });
const spoken = {
  text: 'all',
  chunks: [chunk(0.1, 0.9, ' Good morning.'), chunk(1, null, 'And good night.')],
};
const hear = (by: 'openai' | 'huggingface', isLast = true) =>
  clients[by].infer('transcribe', { samples, isLast }, never);
const last = () => stub.asked.at(-1);

describe('speech by an OpenAI-compatible server', () => {
  beforeEach(() => {
    said = verbose([segment(0.2, 0.9, ' Hello  there.'), segment(1, 1.9, 'Who is it?')]);
  });

  test('is told as lines of the piece, as sure as the server is, of a file sent to its transcriptions', async () => {
    const { model, answer } = await hear('openai');
    expect(model).toEqual({ provider: 'openai', model: 'whisper-1', version: 'whisper-1' });
    expect(answer).toEqual({
      heardSeconds: 2,
      lines: [
        { startSeconds: 0.2, endSeconds: 0.9, text: 'Hello there.', confidence: expect.closeTo(0.75) },
        { startSeconds: 1, endSeconds: 1.9, text: 'Who is it?', confidence: expect.closeTo(0.75) },
      ],
    });
    expect([last()?.path, last()?.headers.authorization]).toEqual([
      '/v1/audio/transcriptions',
      'Bearer sk-1',
    ]);
    const body = last()?.body ?? Buffer.alloc(0);
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': String(last()?.headers['content-type']) },
    }).formData();
    expect([form.get('model'), form.get('response_format')]).toEqual(['whisper-1', 'verbose_json']);
    const file = Buffer.from(await (form.get('file') as File).arrayBuffer());
    expect([file.toString('latin1', 0, 4), file.readUInt32LE(24), file.length]).toEqual([
      ...['RIFF', 16_000, 44 + 64_000],
    ]);
    expect(file.readInt16LE(44)).toBe(16_384);
  });

  test('is heard again with what follows where a line goes on at the end of a piece', async () => {
    const { answer } = await hear('openai', false);
    expect(answer).toMatchObject({ heardSeconds: 1, lines: [{ text: 'Hello there.' }] });
  });

  test.each<[string, unknown]>([
    ['in another language', verbose([segment(0, 1, 'Guten Tag.')], 'german')],
    ['of nobody', verbose([])],
    ['without segments', { text: 'Hello.' }],
    ['of times that are none', verbose([segment(5, 9, 'later'), segment(1, 0.5, 'before')])],
  ])('is none %s', async (_, answer) => {
    said = answer;
    expect((await hear('openai')).answer).toEqual({ heardSeconds: 2, lines: [] });
  });

  test('is not believed where the server thinks that nobody speaks', async () => {
    said = verbose([{ ...segment(0, 1, 'Thanks for watching!', 0), no_speech_prob: 0.9 }]);
    expect((await hear('openai')).answer.lines[0]?.confidence).toBeCloseTo(0.1);
  });
});

describe('speech by Hugging Face', () => {
  test('is told as lines of the piece, by their times where it tells them', async () => {
    said = spoken;
    const { model, answer } = await hear('huggingface');
    expect(model.model).toBe('a/listener');
    expect(answer.lines).toEqual([
      { startSeconds: 0.1, endSeconds: 0.9, text: 'Good morning.', confidence: 0.7 },
      { startSeconds: 1, endSeconds: 2, text: 'And good night.', confidence: 0.7 },
    ]);
    const { inputs, parameters } = JSON.parse(String(last()?.body));
    expect(parameters).toEqual({ return_timestamps: true });
    expect(Buffer.from(inputs, 'base64').toString('latin1', 0, 4)).toBe('RIFF');
    said = { text: 'All of it.' };
    expect((await hear('huggingface')).answer.lines).toMatchObject([{ endSeconds: 2, text: 'All of it.' }]);
  });
});

describe('labels of a list by Hugging Face', () => {
  const tag = () => clients.huggingface.infer('tagFrames', { images: [plain(1, 2, 3, 32)] }, never);

  test('are those that fit, the surest first, and none that is in no list', async () => {
    said = [
      ...[
        { label: 'dog', score: 0.3 },
        { label: 'pwned', score: 0.9 },
        { label: 'cat', score: 0.6 },
      ],
      { label: 'sea', score: 0.01 },
    ];
    const { model, answer } = await tag();
    expect(model.model).toBe('a/clip');
    const box = [0, 0, 1, 1];
    expect(answer.objects).toEqual([
      [
        { label: 'cat', confidence: 0.6, box },
        { label: 'dog', confidence: 0.3, box },
      ],
    ]);
    const { inputs, parameters } = JSON.parse(String(last()?.body));
    expect(parameters.candidate_labels).toEqual(['cat', 'dog', 'sea']);
    expect(Buffer.from(inputs, 'base64').subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  });

  test('break no schema unnoticed', async () => {
    said = { labels: ['cat'] };
    await expect(tag()).rejects.toMatchObject({ code: 'provider_answer_invalid' });
  });
});

/** One word of each answer is enough: what becomes of faults is decided in one place, for every task. */
describe.each(['openai', 'huggingface'] as const)('a fault of %s', (by) => {
  beforeEach(() => {
    said = by === 'openai' ? verbose([segment(0, 1, 'Hello.')]) : { text: 'Hello.' };
  });

  test.each<[string, Fault[]]>([
    ['429 without a word of when', [{ status: 429 }]],
    ['429 with one', [{ status: 429, retryAfter: '0' }]],
    ['500', [{ status: 500 }]],
    ['an answer cut off', ['cut']],
    ['silence', ['silence']],
  ])('that passes, %s, costs another question', async (_, faults) => {
    stub.meet(...faults);
    expect((await hear(by)).answer.lines).toMatchObject([{ text: 'Hello.' }]);
  });

  test.each<[string, Fault | undefined, string]>([
    ['no JSON', 'no json', 'provider_answer_invalid'],
    ['a key that was revoked', { status: 401 }, 'provider_key_refused'],
    ['a refusal', { status: 400 }, 'provider_question_refused'],
  ])('that stays, %s, is told by its code', async (_, fault, code) => {
    if (fault) stub.meet(fault);
    await expect(hear(by)).rejects.toMatchObject({ code });
  });

  test('in its schema is told by its code', async () => {
    said = by === 'openai' ? verbose([{ start: 'now' }]) : { chunks: 'none' };
    await expect(hear(by)).rejects.toMatchObject({ code: 'provider_answer_invalid' });
  });
});
