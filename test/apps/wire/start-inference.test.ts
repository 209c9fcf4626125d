import { expect, onTestFinished, test } from 'vitest';
import { createGrpcInference } from '../../../src/adapters/grpc/inference-client.js';
import { readConfig } from '../../../src/apps/config.js';
import { openHttpServer } from '../../../src/apps/http/http-server.js';
import { startInference } from '../../../src/apps/wire/start-inference.js';
import { type Logger, silentLogger } from '../../../src/core/logger.js';
import { plain } from '../../support/drawn-pictures.js';

const never = new AbortController().signal;

test('a process that serves models alone needs no database, says how it is, and counts what it was asked', async () => {
  const key = 'a-key-of-these-tests';
  const config = readConfig({
    ...{ PORT: '0', INFERENCE_PORT: '0', INFERENCE_KEY: key, MEDIAFLOW_DATA: '/nowhere/at/all' },
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  });
  let port = 0;
  const logger: Logger = {
    ...silentLogger,
    info(fields, message) {
      if (message === 'Inference is served') port = Number((fields as { port: number }).port);
    },
  };
  const server = await openHttpServer(config);
  const running = await startInference({ server, config, logger, version: 'test' });
  onTestFinished(() => running.stop());
  const client = createGrpcInference({
    ...{ target: `dns:127.0.0.1:${port}`, key, traceparent: () => null, random: Math.random },
  });
  onTestFinished(() => client.close());
  const images = [plain(1, 2, 3), plain(4, 5, 6)];
  const { model } = await client.infer('tagFrames', { images }, { signal: never });
  expect(model.provider).toBe('local');
  const ready = await fetch(`${running.url}/health/ready`);
  expect(await ready.json()).toMatchObject({
    ...{ status: 'ready', roles: ['inference'] },
    dependencies: { inference: { status: 'ok', detail: '0 of 16 calls under way' } },
  });
  const figures = await (await fetch(`${running.url}/metrics`)).text();
  const labels = 'task="tagFrames",provider="local",model="coco-ssd/lite-mobilenet-v2"';
  expect(figures).toContain(`inference_items_total{${labels}} 2`);
  expect(figures).toContain(`inference_duration_seconds_count{${labels},outcome="done"} 1`);
  const elsewhere = await fetch(`${running.url}/v1/media`);
  expect([elsewhere.status, await elsewhere.text()]).toEqual([
    404,
    expect.stringContaining('roles inference'),
  ]);
});
