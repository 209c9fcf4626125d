import { expect, test } from 'vitest';
import { createMemoryUsageLedger } from '../../../src/adapters/memory/usage-ledger.js';
import { MediaFlowError, unavailable } from '../../../src/core/errors.js';
import type { InferenceClient } from '../../../src/core/inference/inference-client.js';
import type { RequestOf } from '../../../src/core/inference/task-table.js';
import { meter } from '../../../src/runtime/inference/meter.js';

const never = new AbortController().signal;
const image = { width: 1, height: 1, pixels: new Uint8Array(3) };
const asked = (items: number) => ({ images: Array(items).fill(image) });

/** Two processes, as it were, that ask one provider and share a ledger. */
function metered(
  options: { itemsADay?: number; tokensADay?: number; tokensAnItem?: number; fails?: Error } = {},
) {
  const ledger = createMemoryUsageLedger();
  const heard: unknown[] = [];
  let requests = 0;
  const provider: InferenceClient = {
    async infer(_task, request) {
      const { images } = request as RequestOf<'moderateFrames'>;
      requests++;
      if (options.fails) throw options.fails;
      const model = { provider: 'p', model: 'm', version: '1', tokens: { input: 0, output: 0 } };
      if (options.tokensADay) model.tokens = { input: 30, output: 10 };
      return { model, answer: { objects: images.map(() => []) } as never };
    },
    async close() {},
  };
  let today = '2026-11-30';
  const one = () =>
    meter(provider, {
      ...{ name: 'p', ledger, itemsADay: options.itemsADay, today: () => today },
      tokensAnItem: options.tokensAnItem,
      ...{ tokensADay: options.tokensADay, priceMicros: (_model: string, items: number) => 20 * items },
      told: {
        tokens: () => {},
        allowance: (share) => heard.push(share),
        spent: (...spent) => heard.push(spent),
      },
    });
  const ask = (client: InferenceClient, items: number) =>
    client.infer('tagFrames', asked(items), { signal: never }).then(
      () => 'answered',
      (error) => error.code,
    );
  return {
    ...{ ledger, heard, ask, processes: [one(), one()] as const, requests: () => requests },
    nextDay() {
      today = '2026-12-01';
    },
  };
}

test('all processes together ask for as much a day as they may, and on the next day again', async () => {
  const { ask, processes, requests, heard, nextDay } = metered({ itemsADay: 10 });
  const [one, two] = processes;
  expect([await ask(one, 6), await ask(two, 6), await ask(two, 4)]).toEqual([
    ...['answered', 'provider_budget_spent', 'answered'],
  ]);
  expect(requests()).toBe(2);
  nextDay();
  expect(await ask(one, 6)).toBe('answered');
  expect(heard.filter((told) => typeof told === 'number')).toEqual([0.6, 1, 1, 0.6]);
});

test('no answer is begun when the tokens of the day are gone', async () => {
  const { ask, processes, ledger } = metered({ tokensADay: 100 });
  const [one, two] = processes;
  const outcomes = [await ask(one, 1), await ask(two, 1), await ask(one, 1), await ask(two, 1)];
  expect(outcomes).toEqual(['answered', 'answered', 'answered', 'provider_budget_spent']);
  expect(await ledger.between('2026-11-30', '2026-11-30')).toMatchObject([
    { requests: 3, inputTokens: 90, outputTokens: 30 },
  ]);
});

test('an answer that cannot be used takes of the tokens of the day as any, and is in what was used', async () => {
  const spent = { model: 'm', input: 60, output: 0 };
  const fails = new MediaFlowError('internal', 'provider_answer_invalid', 'No.', { spent });
  const { ask, processes, ledger, requests } = metered({ tokensADay: 100, itemsADay: 5, fails });
  const [one] = processes;
  const outcomes = [await ask(one, 1), await ask(one, 1), await ask(one, 1)];
  const invalid = 'provider_answer_invalid';
  expect(outcomes).toEqual([invalid, invalid, 'provider_budget_spent']);
  expect(requests()).toBe(2);
  expect(await ledger.between('2026-11-30', '2026-11-30')).toMatchObject([{ requests: 2, inputTokens: 120 }]);
  const left = await ledger.take({ provider: 'p', day: '2026-11-30', items: 0, limit: 5 });
  expect(left).toBe(2);
});

test('what was used is kept, with its cost', async () => {
  const { ask, processes, ledger, heard } = metered();
  await ask(processes[0], 6);
  await ask(processes[1], 4);
  expect(await ledger.between('2026-11-30', '2026-11-30')).toEqual([
    {
      ...{ day: '2026-11-30', task: 'tagFrames', provider: 'p', model: 'm' },
      ...{ requests: 2, items: 10, inputTokens: 0, outputTokens: 0, costMicros: 200 },
    },
  ]);
  expect(heard).toEqual([
    ['tagFrames', 'm', 120],
    ['tagFrames', 'm', 80],
  ]);
});

test('what came to nothing counts as asked, unless nobody was asked', async () => {
  const failing = metered({ itemsADay: 10, fails: unavailable('provider_unavailable', 'away') });
  await failing.ask(failing.processes[0], 8);
  expect(await failing.ask(failing.processes[0], 8)).toBe('provider_budget_spent');
  const paused = metered({ itemsADay: 10, fails: unavailable('provider_paused', 'left alone') });
  await paused.ask(paused.processes[0], 8);
  expect(await paused.ask(paused.processes[0], 8)).toBe('provider_paused');
});

test('what an answer cost is in its model, and of an item that has taken its tokens nobody is asked', async () => {
  const { processes, requests } = metered({ tokensADay: 1000, tokensAnItem: 50 });
  const [client] = processes;
  const infer = (tokensSpent: number) =>
    client.infer('tagFrames', asked(2), { signal: never, tokensSpent }).then(
      ({ model }) => model.costMicros,
      (error) => error.code,
    );
  expect([await infer(49), await infer(50)]).toEqual([40, 'provider_budget_spent']);
  expect(requests()).toBe(1);
});
