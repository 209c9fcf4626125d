import { describe, expect, test } from 'vitest';
import { invalid, unavailable } from '../../../src/core/errors.js';
import type { InferenceClient } from '../../../src/core/inference/inference-client.js';
import type { RequestOf } from '../../../src/core/inference/task-table.js';
import { scoresOf } from '../../../src/domain/media/moderation-classes.js';
import { createCircuitBreaker } from '../../../src/runtime/inference/circuit-breaker.js';
import { guard } from '../../../src/runtime/inference/guard.js';
import { inOrder } from '../../../src/runtime/inference/in-order.js';
import { raiseModeration } from '../../../src/runtime/inference/raise-moderation.js';

const never = new AbortController().signal;
const image = { width: 1, height: 1, pixels: new Uint8Array(3) };
const request = { images: [image, image] };
const ended = unavailable('provider_unavailable', 'away');

/** A client that says these labels of every frame, or fails. */
const saying = (provider: string, said: Readonly<Record<string, number>> | Error): InferenceClient => ({
  async infer(_task, request) {
    const { images } = request as RequestOf<'moderateFrames'>;
    if (said instanceof Error) throw said;
    return {
      model: { provider, model: 'm', version: '1' },
      answer: { labels: images.map(() => said) } as never,
    };
  },
  async close() {},
});
const named = (name: string, said: Readonly<Record<string, number>> | Error) => ({
  name,
  client: saying(name, said),
});
const told: string[] = [];
const tell = (_task: string, name: string) => told.push(name);

describe('moderation with providers beside the models at hand', () => {
  const own = saying('local', { porn: 0.6, neutral: 0.4 });
  const moderate = (...others: Parameters<typeof raiseModeration>[1]) =>
    raiseModeration(own, others, tell).infer('moderateFrames', request, { signal: never });

  test.each([
    ['milder', { sexual: 0, violence: 0 }, { adult: 0.6, violence: 0 }],
    ['severer', { sexual: 0.9, 'violence/graphic': 0.7 }, { adult: 0.9, graphic: 0.7 }],
    ['in the labels of the models at hand', { porn: 0, hentai: 0, sexy: 0 }, { adult: 0.6 }],
  ])('is never milder than by these alone: of one that is %s', async (_, said, scores) => {
    const { model, answer } = await moderate(named('openai', said));
    expect(model.provider).toBe('local+openai');
    for (const labels of answer.labels) expect(scoresOf(model.provider, labels)).toMatchObject(scores);
  });

  test('has probabilities of all labels, whatever they are called', async () => {
    const { answer } = await moderate(named('huggingface', { constructor: 0.7, valueOf: 0.2, nsfw: 0.3 }));
    expect(answer.labels[0]).toMatchObject({ constructor: 0.7, valueOf: 0.2, nsfw: 0.3 });
  });

  test('stands by itself when a provider is away, and says whose it is', async () => {
    told.length = 0;
    const { model, answer } = await moderate(named('openai', ended), named('huggingface', { nsfw: 1 }));
    expect(model.provider).toBe('local+huggingface');
    expect(scoresOf(model.provider, answer.labels[0] ?? {})).toMatchObject({ adult: 1 });
    expect(told).toEqual(['openai']);
  });
});

describe('a provider that is left alone', () => {
  test('is so for the task that nobody waited long enough for, and for no other', async () => {
    const provider: InferenceClient = {
      ...saying('openai', { nsfw: 1 }),
      infer: (task, asked, options) =>
        task === 'rankCandidates'
          ? Promise.reject(unavailable('inference_too_slow', 'late'))
          : saying('openai', { nsfw: 1 }).infer(task, asked, options),
    };
    const guarded = guard(provider, {
      ...{ name: 'openai', maximumRequests: 2, deadlineSeconds: 5, now: () => 0 },
    });
    const rank = () => guarded.infer('rankCandidates', { liked: [], candidates: [] }, { signal: never });
    for (const _ of [1, 2, 3]) await expect(rank()).rejects.toMatchObject({ code: 'inference_too_slow' });
    await expect(rank()).rejects.toMatchObject({ code: 'provider_paused' });
    const { model } = await guarded.infer('moderateFrames', request, { signal: never });
    expect(model.provider).toBe('openai');
  });
});

describe('providers in order', () => {
  const ask = (...clients: Parameters<typeof inOrder>[0]) =>
    inOrder(clients, tell).infer('tagFrames', request, { signal: never });

  test('the first that answers does, and those before it are told of', async () => {
    told.length = 0;
    const { model } = await ask(named('huggingface', ended), named('local', {}));
    expect([model.provider, told]).toEqual(['local', ['huggingface']]);
  });

  test('what nobody can be asked goes to nobody else', async () => {
    await expect(
      ask(named('huggingface', invalid('invalid_image', 'torn')), named('local', {})),
    ).rejects.toThrow('torn');
  });

  test('when all fail, the last says why', async () => {
    await expect(ask(named('huggingface', new Error('first')), named('local', ended))).rejects.toBe(ended);
  });
});

test('a breaker lets nobody wait for what fails, tries once after a pause, and closes when that comes through', async () => {
  let now = 0;
  let asked = 0;
  let fails = true;
  const breaker = createCircuitBreaker({
    ...{ name: 'p', failures: 3, pauseSeconds: 30, counts: () => true, now: () => now },
  });
  const ask = () =>
    breaker
      .run(async () => {
        asked++;
        if (fails) throw ended;
      })
      .then(
        () => 'done',
        (error) => error.code,
      );
  const outcomes = [await ask(), await ask(), await ask(), await ask()];
  expect([outcomes, asked]).toEqual([[...Array(3).fill('provider_unavailable'), 'provider_paused'], 3]);
  now = 31_000;
  expect(await Promise.all([ask(), ask()])).toEqual(['provider_unavailable', 'provider_paused']);
  now = 62_000;
  fails = false;
  expect([await ask(), await ask()]).toEqual(['done', 'done']);
});

test('a provider that never answers is given up at its deadline', async () => {
  const silent: InferenceClient = {
    infer: (_task, _request, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    async close() {},
  };
  const guarded = guard(silent, { name: 'p', maximumRequests: 1, deadlineSeconds: 0.05, now: () => 0 });
  const outcomes = await Promise.allSettled(
    [1, 2].map(() => guarded.infer('tagFrames', request, { signal: never })),
  );
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'provider_too_slow' } });
});
