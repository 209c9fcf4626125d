import { afterAll, describe, expect, test } from 'vitest';
import { createGrpcInference } from '../../../src/adapters/grpc/inference-client.js';
import { openInferenceServer } from '../../../src/adapters/grpc/inference-server.js';
import { createLocalInference } from '../../../src/adapters/inference/local-inference.js';
import { silentLogger } from '../../../src/core/logger.js';
import { describeInferenceClient } from '../../contracts/inference-client.contract.js';
import { plain } from '../../support/drawn-pictures.js';
import { clientOf, model, scripted, serve } from './served.js';

const never = new AbortController().signal;
const images = [plain(9, 9, 9, 8), plain(9, 9, 9, 4), plain(9, 9, 9, 2)];
const closing: (() => Promise<void>)[] = [];

describeInferenceClient('models behind gRPC', async () => {
  const inference = createLocalInference();
  const server = await openInferenceServer({
    ...{ inference, host: '127.0.0.1', port: 0, maximumCalls: 16, logger: silentLogger },
    observe: (_task, _traceparent, ask) => ask(),
  });
  closing.push(server.close, inference.close);
  return createGrpcInference({
    ...{ target: `127.0.0.1:${server.port}`, traceparent: () => null, random: Math.random },
  });
});
afterAll(async () => {
  for (const close of closing) await close();
});

describe('inference over gRPC', () => {
  test('answers frame by frame, in the order in which they were sent, and says which model it was', async () => {
    const { port } = await serve();
    const inferred = await clientOf(port).infer('moderateFrames', { images }, { signal: never });
    expect(inferred).toEqual({
      model,
      answer: { labels: [{ drawing: 0.125 }, { drawing: 0.25 }, { drawing: 0.5 }] },
    });
  });

  test('asks again, with pauses, where there is no room, and gets its answer when there is', async () => {
    const inside = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const { port } = await serve({
      maximumCalls: 1,
      inference: scripted(async (_signal, width) => {
        if (width !== 8) return;
        inside.resolve();
        await leave.promise;
      }),
    });
    const first = clientOf(port).infer('tagFrames', { images: images.slice(0, 1) }, { signal: never });
    await inside.promise;
    let pauses = 0;
    const random = () => {
      if (++pauses === 2) leave.resolve();
      return 0.1;
    };
    const second = clientOf(port, { random }).infer(
      'tagFrames',
      { images: images.slice(1) },
      { signal: never },
    );
    expect((await second).answer.objects).toEqual([[], []]);
    expect((await first).answer.objects).toEqual([[]]);
    expect(pauses).toBeGreaterThanOrEqual(2);
  });

  test('costs a retry, and nothing else, when the process is gone in the middle', async () => {
    const inside = Promise.withResolvers<void>();
    const first = await serve({
      inference: scripted(async (signal) => {
        inside.resolve();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }),
    });
    const asked = clientOf(first.port).infer('tagFrames', { images }, { signal: never });
    await inside.promise;
    first.kill();
    await serve({ port: first.port });
    expect((await asked).answer.objects).toEqual([[], [], []]);
  });

  test('says that it is not to be had where nobody comes back', async () => {
    const server = await serve();
    await server.close();
    await expect(
      clientOf(server.port, { random: () => 0 }).infer('tagFrames', { images }, { signal: never }),
    ).rejects.toMatchObject({ kind: 'unavailable', code: 'inference_unavailable' });
  });

  test('stops within 200 ms what nobody waits for any more', async () => {
    const stopped = Promise.withResolvers<number>();
    const inside = Promise.withResolvers<void>();
    const { port } = await serve({
      inference: scripted(async (signal) => {
        inside.resolve();
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        stopped.resolve(performance.now());
        signal.throwIfAborted();
      }),
    });
    const controller = new AbortController();
    const asked = clientOf(port).infer('tagFrames', { images }, { signal: controller.signal });
    const givenUp = expect(asked).rejects.toThrow('lease lost');
    await inside.promise;
    const at = performance.now();
    controller.abort(new Error('lease lost'));
    await givenUp;
    expect((await stopped.promise) - at).toBeLessThan(200);
  });

  test('lets in those with the key, and nobody else', async () => {
    const { port } = await serve({ key: 'k1' });
    const asked = (key?: string) => clientOf(port, { key }).infer('tagFrames', { images }, { signal: never });
    await expect(asked('k2')).rejects.toMatchObject({ code: 'inference_unavailable' });
    await expect(asked()).rejects.toMatchObject({ code: 'inference_unavailable' });
    expect((await asked('k1')).model).toEqual(model);
  });

  test('hands on the trace that a request is part of', async () => {
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    let told: unknown;
    const { port } = await serve({
      observe: (task, traceparent, ask) => {
        told = [task, traceparent];
        return ask();
      },
    });
    await clientOf(port, { traceparent: () => parent }).infer('tagFrames', { images }, { signal: never });
    expect(told).toEqual(['tagFrames', parent]);
  });

  test('has a piece of sound heard as it is, wherever it lies in memory, and gives back what is said in it', async () => {
    const heard: unknown[] = [];
    const lines = [{ startSeconds: 0.5, endSeconds: 1.25, text: 'Grüße', confidence: 0.75 }];
    const { port } = await serve({
      inference: {
        async infer(task, request) {
          heard.push(task, request);
          return { model, answer: { heardSeconds: 1.5, lines } as never };
        },
        async close() {},
      },
    });
    const samples = Float32Array.of(9, 0.5, -0.25, 1).subarray(1);
    const request = { samples, isLast: true };
    const inferred = await clientOf(port).infer('transcribe', request, { signal: never });
    expect(inferred).toEqual({ model, answer: { heardSeconds: 1.5, lines } });
    expect(heard).toEqual(['transcribe', { samples: Float32Array.of(0.5, -0.25, 1), isLast: true }]);
  });

  test('passes on that a model is missing, so that another attempt may find it', async () => {
    const { port } = await serve({
      inference: scripted(async () => {
        throw (await import('../../../src/core/errors.js')).unavailable('model_missing', 'no files');
      }),
    });
    await expect(
      clientOf(port, { random: () => 0 }).infer('tagFrames', { images }, { signal: never }),
    ).rejects.toMatchObject({ kind: 'unavailable', code: 'model_missing' });
  });
});
