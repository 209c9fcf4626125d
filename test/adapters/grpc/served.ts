import { onTestFinished } from 'vitest';
import { createGrpcInference } from '../../../src/adapters/grpc/inference-client.js';
import {
  type InferenceServerOptions,
  openInferenceServer,
} from '../../../src/adapters/grpc/inference-server.js';
import type { InferenceClient } from '../../../src/core/inference/inference-client.js';
import type { RequestOf } from '../../../src/core/inference/task-table.js';
import { silentLogger } from '../../../src/core/logger.js';

export const model = { provider: 'scripted', model: 'm', version: '1' };

/** Models that do what a function says with each picture they are shown. */
export const scripted = (
  look: (signal: AbortSignal, width: number) => Promise<void> = async () => {},
): InferenceClient => ({
  async infer(task, request, { signal }) {
    const { images } = request as RequestOf<'moderateFrames'>;
    for (const { width } of images) await look(signal, width);
    const answer =
      task === 'tagFrames'
        ? { objects: images.map(() => []) }
        : { labels: images.map(({ width }) => ({ drawing: 1 / width })) };
    return { model, answer: answer as never };
  },
  async close() {},
});

/** A server until the test ends. */
export async function serve(options: Partial<InferenceServerOptions> = {}) {
  const server = await openInferenceServer({
    ...{ inference: scripted(), host: '127.0.0.1', port: 0, maximumCalls: 4, logger: silentLogger },
    observe: (_task, _traceparent, ask) => ask(),
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

/** A client until the test ends. */
export function clientOf(
  port: number,
  options: Partial<Parameters<typeof createGrpcInference>[0]> = {},
): InferenceClient {
  const client = createGrpcInference({
    ...{ target: `127.0.0.1:${port}`, traceparent: () => null, random: () => 0.5 },
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}
