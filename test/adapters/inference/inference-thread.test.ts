import { afterEach, describe, expect, it } from 'vitest';
import {
  createInferenceThread,
  type InferenceThread,
  type PartToPost,
} from '../../../src/adapters/inference/inference-thread.js';
import { isRetryable } from '../../../src/core/errors.js';
import { type Logger, silentLogger } from '../../../src/core/logger.js';

const never = new AbortController().signal;
const behave = (behaviour: number): PartToPost => ({
  task: 'moderateFrames',
  post: () => ({ message: behaviour, transfer: [] }),
});
const answers = behave(0);
const crashes = behave(1);
const hangs = behave(2);
const reportsFailure = behave(3);
const exits = behave(4);

describe('the inference thread', () => {
  let thread: InferenceThread;
  const open = (options: Partial<Parameters<typeof createInferenceThread>[0]> = {}) => {
    thread = createInferenceThread({
      entry: new URL('./scripted-thread.ts', import.meta.url),
      idleSeconds: 60,
      answerSeconds: 60,
      logger: silentLogger,
      ...options,
    });
  };
  const run = async (request: PartToPost, signal = never) => {
    const { answer } = await thread.run(request, signal);
    return answer as { threadId: number; order: number };
  };
  afterEach(() => thread.close());

  it('answers requests in the order in which they came, all in one thread', async () => {
    open();
    const results = await Promise.all([run(answers), run(answers), run(answers)]);
    expect(results.map((result) => result.order)).toEqual([1, 2, 3]);
    expect(new Set(results.map((result) => result.threadId)).size).toBe(1);
  });

  it.each([
    ['throws', crashes, 'scripted crash'],
    ['exits', exits, 'code 7'],
  ])('fails the running request retryably when it %s, and goes on in a new thread', async (_, fatal, why) => {
    open();
    const before = await run(answers);
    const lost = run(fatal);
    const queued = run(answers);
    const error = await lost.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'unavailable', code: 'inference_crashed' });
    expect(String(error)).toContain(why);
    expect(isRetryable(error)).toBe(true);
    expect((await queued).threadId).not.toBe(before.threadId);
  });

  it('that cannot even be started fails every request retryably, and keeps none waiting', async () => {
    open({ entry: new URL('https://example.com/no-thread.js') });
    for (const request of [run(answers), run(answers), run(answers)])
      await expect(request).rejects.toMatchObject({ kind: 'unavailable', code: 'inference_crashed' });
  });

  it('is ended and replaced when it leaves a request unanswered for too long', async () => {
    open({ answerSeconds: 1 });
    const before = await run(answers);
    await expect(run(hangs)).rejects.toMatchObject({ code: 'inference_crashed' });
    expect((await run(answers)).threadId).not.toBe(before.threadId);
  });

  it('survives a failure that it reports, and passes its kind and code on', async () => {
    open();
    const before = await run(answers);
    await expect(run(reportsFailure)).rejects.toMatchObject({ kind: 'unavailable', code: 'model_corrupt' });
    expect((await run(answers)).threadId).toBe(before.threadId);
  });

  it('does not begin a request that was aborted before', async () => {
    open();
    const reason = new Error('too late');
    await expect(run(answers, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect((await run(answers)).order).toBe(1);
  });

  it('forgets a waiting request when it is aborted', async () => {
    open();
    const controller = new AbortController();
    const first = run(answers);
    const aborted = run(answers, controller.signal);
    const last = run(answers);
    controller.abort(new Error('lease lost'));
    await expect(aborted).rejects.toThrow('lease lost');
    expect((await first).order).toBe(1);
    expect((await last).order).toBe(2);
  });

  it('lets the caller of a running request go when it is aborted, and stays in step with the thread', async () => {
    open({ answerSeconds: 1 });
    const controller = new AbortController();
    const aborted = run(hangs, controller.signal);
    const next = run(answers);
    controller.abort(new Error('shutting down'));
    await expect(aborted).rejects.toThrow('shutting down');
    expect((await next).order).toBe(1);
  });

  it('that ends with its caller is at once replaced for the next one', async () => {
    open({ endsWithItsCaller: true });
    const before = await run(answers);
    const controller = new AbortController();
    const aborted = run(hangs, controller.signal);
    const next = run(answers);
    controller.abort(new Error('deadline exceeded'));
    await expect(aborted).rejects.toThrow('deadline exceeded');
    expect((await next).threadId).not.toBe(before.threadId);
  });

  it('ends after the idle time and comes back with the next request', async () => {
    const ended = Promise.withResolvers<void>();
    const logger: Logger = {
      ...silentLogger,
      debug: (_, message) => message.endsWith('ended') && ended.resolve(),
    };
    open({ idleSeconds: 0.05, logger });
    const before = await run(answers);
    await ended.promise;
    const after = await run(answers);
    expect(after.threadId).not.toBe(before.threadId);
    expect(after.order).toBe(1);
  });

  it('rejects running and waiting requests when closed, and works again afterwards', async () => {
    open();
    const running = run(hangs);
    const waiting = run(answers);
    const outcomes = Promise.allSettled([running, waiting]);
    await thread.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'inference_closed' } });
    }
    expect((await run(answers)).order).toBe(1);
  });
});
