import { expect, test } from 'vitest';
import { createLocalInference } from '../../../src/adapters/inference/local-inference.js';
import type { InferenceClient } from '../../../src/core/inference/inference-client.js';
import type { RankRequest } from '../../../src/core/inference/ranked-candidates.js';
import { clientOf, model, serve } from './served.js';

const never = { signal: new AbortController().signal };
const item = (title: string, ...tags: string[]) => ({ title, tags });
const question = { liked: [item('The Sea', 'sea')], candidates: [item('News'), item('Boats', 'sea')] };

test('a list goes to a model over the wire, and its order comes back', async () => {
  const asked: unknown[] = [];
  const inference: InferenceClient = {
    async infer(_task, request) {
      asked.push(request);
      return { model, answer: { order: [1, -1, 0] } as never };
    },
    async close() {},
  };
  const { port } = await serve({ inference });
  const answer = await clientOf(port).infer('rankCandidates', question, never);
  expect(answer).toEqual({ model, answer: { order: [1, -1, 0] } });
  expect(asked).toEqual([question]);
});

test('a list that is longer than may be asked, or of titles that are, is refused before anybody is asked', async () => {
  const { port } = await serve();
  const ask = (request: RankRequest) => clientOf(port).infer('rankCandidates', request, never);
  const long = { liked: [], candidates: Array(31).fill(item('x')) };
  await expect(ask(long)).rejects.toThrow();
  await expect(ask({ liked: [], candidates: [item('x'.repeat(121))] })).rejects.toThrow();
});

test('a service without such a model says that it has none', async () => {
  const { port } = await serve({ inference: createLocalInference() });
  await expect(clientOf(port).infer('rankCandidates', question, never)).rejects.toMatchObject({
    code: 'inference_task_missing',
  });
});
