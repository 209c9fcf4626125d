import { expect, test } from 'vitest';
import { invalid, unavailable } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { OutboxEntry } from '../../../src/core/saga-store.js';
import { createHandOver, type HandOverOptions } from '../../../src/runtime/saga/saga-hand-over.js';
import { createFakeClock } from '../../kit/fake-clock.js';

const entry = (id: string, body: OutboxEntry['body']): OutboxEntry => ({
  ...{ id, saga: 'saga', instance: 'm1', body, attempts: 0 },
  origin: { correlationId: 'correlation', causationId: 'cause', tenantId: 'default', traceparent: null },
});
const job = (id: string, kind: string) => entry(id, { run: { kind, key: 'm1', payload: {} } });

const handOver = (options: Partial<Pick<HandOverOptions, 'execute' | 'queue' | 'logger'>>) =>
  createHandOver({
    execute: async () => expect.unreachable(),
    queue: { enqueue: async () => expect.unreachable(), cancel: async () => expect.unreachable() },
    concurrency: 1,
    clock: createFakeClock(),
    random: () => 0.5,
    logger: silentLogger,
    ...options,
  });

test('a job of a kind that only the next release knows is left to a process of it, not refused for good', async () => {
  const taken = handOver({
    queue: {
      async enqueue(jobs) {
        const foreign = jobs.find(({ kind }) => kind !== 'probe');
        if (foreign) throw invalid('unknown_job_kind', `There is no job kind ${foreign.kind}`);
      },
      cancel: async () => expect.unreachable(),
    },
  });
  expect(await taken([job('a', 'probe'), job('b', 'subtitle'), job('c', 'probe')])).toEqual([
    { id: 'a', done: true },
    { id: 'b', postponed: { error: 'There is no job kind subtitle', dueAt: expect.any(String) } },
  ]);
});

test('and so is a command that only the next release knows', async () => {
  const taken = handOver({
    async execute({ command }) {
      throw invalid('unknown_command', `No aggregate takes ${command.type}`);
    },
  });
  expect(await taken([entry('a', { send: { type: 'PublishMedia', data: {} } })])).toEqual([
    { id: 'a', postponed: { error: 'No aggregate takes PublishMedia', dueAt: expect.any(String) } },
  ]);
});

test('a queue that is away is said once, however many jobs wait for it, and once that it takes them again; what else fails is said each time', async () => {
  const told: string[] = [];
  const tell = (_: object, message: string) => void told.push(message);
  let isAway = true;
  const taken = handOver({
    logger: { ...silentLogger, info: tell, warn: tell, error: tell },
    execute: async ({ command }) => {
      if (command.type === 'Wrong') throw new TypeError('A fault of ours');
    },
    queue: {
      async enqueue() {
        if (isAway) throw unavailable('kafka_unavailable', 'Closed connection');
      },
      cancel: async () => expect.unreachable(),
    },
  });
  const GONE = 'Saga output failed, trying again';
  for (const id of ['a', 'b', 'c']) await taken([job(id, 'probe'), job(`${id}2`, 'probe')]);
  // Commands go elsewhere: that they are taken says nothing of the queue.
  await taken([entry('d', { send: { type: 'PublishMedia', data: {} } })]);
  await taken([job('e', 'probe')]);
  expect(told).toEqual([GONE]);
  isAway = false;
  await taken([job('a', 'probe')]);
  await taken([job('b', 'probe')]);
  expect(told).toEqual([GONE, 'The job queue takes what sagas ask for again']);
  for (const id of ['f', 'g']) await taken([entry(id, { send: { type: 'Wrong', data: {} } })]);
  expect(told.slice(2)).toEqual([GONE, GONE]);
});
