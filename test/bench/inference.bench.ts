import { once } from 'node:events';
import { createServer } from 'node:net';
import { createGrpcInference } from '../../src/adapters/grpc/inference-client.js';
import { createLocalInference } from '../../src/adapters/inference/local-inference.js';
import type { InferenceClient } from '../../src/core/inference/inference-client.js';
import { startProduct } from '../e2e/support/product.js';
import { draw } from '../support/drawn-pictures.js';
import { median } from './event-store/statistics.js';
import { aimedAt, type BenchRow, beside } from './support/bench-row.js';
import { inFolder } from './support/with-product.js';

const ROUNDS = 5;
const FRAMES = 64;
const TASKS = ['moderateFrames', 'tagFrames'] as const;
const never = new AbortController().signal;

/** Of the size that is sampled from films, with something on them that a JPEG has work with. */
const frames = Array.from({ length: FRAMES }, (_, index) =>
  draw(480, 270, (x, y) => [(x * (index + 3)) % 256, (y * 7 + index) % 256, (x * y + index * 31) % 256]),
);

/** What the way over gRPC costs: frames a second behind it, beside the same models called in this process, in turns. */
export const benchInference = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const port = await freePort();
    const service = await startProduct(folder, { INFERENCE_PORT: String(port) }, 'inference');
    const bare = createLocalInference();
    const remote = createGrpcInference({
      ...{ target: `dns:127.0.0.1:${port}`, traceparent: () => null, random: Math.random },
    });
    try {
      const rows: BenchRow[] = [];
      for (const task of TASKS) rows.push(...(await measure(task, bare, remote)));
      return rows;
    } finally {
      await Promise.all([bare.close(), remote.close(), service.stop()]);
    }
  });

type Task = (typeof TASKS)[number];

async function measure(task: Task, bare: InferenceClient, remote: InferenceClient): Promise<BenchRow[]> {
  const measured = {
    bare: [] as number[],
    remote: [] as number[],
    bareOne: [] as number[],
    one: [] as number[],
  };
  for (const inference of [bare, remote]) await secondsOf(inference, task, 4);
  for (let round = 0; round < ROUNDS; round++) {
    measured.bare.push(FRAMES / (await secondsOf(bare, task, FRAMES)));
    measured.remote.push(FRAMES / (await secondsOf(remote, task, FRAMES)));
    measured.bareOne.push(1000 * (await secondsOf(bare, task, 1)));
    measured.one.push(1000 * (await secondsOf(remote, task, 1)));
  }
  const note = `median of ${ROUNDS}; ${FRAMES} frames of 480 × 270, JPEG made of pixels and back included; peer: the model in this process`;
  return [
    aimedAt(
      { atLeast: 0.85 },
      beside(median(measured.bare), {
        what: `${task} over gRPC`,
        ours: median(measured.remote),
        unit: 'frames/s',
        note,
      }),
    ),
    beside(median(measured.bareOne), {
      what: `${task}: one frame over gRPC`,
      ours: median(measured.one),
      unit: 'ms',
      note,
    }),
  ];
}

async function secondsOf(inference: InferenceClient, task: Task, count: number): Promise<number> {
  const startedAt = performance.now();
  await inference.infer(task, { images: frames.slice(0, count) }, { signal: never });
  return (performance.now() - startedAt) / 1000;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
