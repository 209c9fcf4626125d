import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { positionAt } from '../../../src/core/numbered-position.js';
import { expectProblem, tusHeaders } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const KEY = 'a key of an operator';
const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), { MEDIAFLOW_API_KEYS: KEY });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

test('requests without a key that wait for what no view has seen are bounded; beyond, they are told to come again at once', async () => {
  const operatorKey = { authorization: `Bearer ${KEY}` };
  const created = await fetch(`${server.url}/v1/uploads`, {
    method: 'POST',
    headers: { ...tusHeaders, ...operatorKey, 'upload-length': '10' },
  });
  const seen = created.headers.get('mediaflow-position') ?? '';
  const leave = new AbortController();
  const ask = (after: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(`${server.url}/v1/media`, {
      headers: { 'mediaflow-after': after, ...headers },
      ...(signal ? { signal } : {}),
    });
  expect((await ask(seen)).status).toBe(200);
  const made = positionAt(999_999);
  const outcomes: string[] = [];
  const crowd = Array.from({ length: 150 }, () =>
    ask(made, {}, leave.signal).then(
      async (answer) => {
        outcomes.push('refused');
        expect(answer.headers.get('retry-after')).toBe('1');
        await expectProblem(answer, 503, 'view_behind');
      },
      () => outcomes.push('left'),
    ),
  );
  await expect.poll(() => outcomes.length).toBe(50);
  // What needs no waiting is answered, and who has a key may wait.
  expect((await ask(seen)).status).toBe(200);
  const operator = ask(made, operatorKey, leave.signal).catch(() => 'waited');
  expect(await Promise.race([operator, ask(seen)])).toMatchObject({ status: 200 });
  leave.abort();
  await Promise.all(crowd);
  expect([outcomes.filter((outcome) => outcome === 'left').length, await operator]).toEqual([100, 'waited']);
  await expect.poll(async () => (await ask(seen)).status).toBe(200);
});
