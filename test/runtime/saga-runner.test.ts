import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Saga, SagaOutput } from '../../src/core/saga.js';
import { createSagaWorld, type SagaWorld, until } from '../support/saga-world.js';

type Told = { readonly type: 'Told'; readonly data: { readonly stream: string; readonly say: SagaOutput[] } };

interface Heard {
  readonly inputs: string[];
}

/** Says whatever the event tells it to say, and reports a timer as a command. */
const parrot: Saga<Heard, Told> = {
  name: 'parrot',
  correlate: { Told: (event) => event.data.stream },
  initialState: { inputs: [] },
  evolve: (state, input) => ({ inputs: [...state.inputs, input.type] }),
  react: (state, input) =>
    input.type === 'TimerFired'
      ? [{ send: { type: 'Fired', data: { timer: input.data.timer, heard: state.inputs.length } } }]
      : input.data.say,
};

let world: SagaWorld;
let runner: { stop(): Promise<void> };

beforeEach(() => {
  world = createSagaWorld();
  runner = world.run([parrot]);
});
afterEach(() => runner.stop());

const tell = (stream: string, ...say: SagaOutput[]) =>
  world.tell(stream, 'Told', { say: JSON.parse(JSON.stringify(say)) });

test('a reaction to an event is sent as a command that carries the chain of the event', async () => {
  await tell('a', { send: { type: 'Do', data: { it: 1 } } });
  await until('a command is sent', () => world.commands.length === 1);
  const { events } = await world.store.readAll({ after: '', limit: 1 });
  expect(world.commands[0]).toMatchObject({
    command: { type: 'Do', data: { it: 1 } },
    correlationId: 'correlation of a',
    causationId: events[0]?.eventId,
    actor: 'saga:parrot',
    tenantId: 'tenant',
  });
});

test('a timer fires once its time has come, not before', async () => {
  await tell('a', { schedule: { timer: 'tea', at: '2026-11-21T09:05:00.000Z' } });
  await until('the timer is stored', async () => (await world.sagaStore.status())[0]?.timers.waiting === 1);
  world.clock.advance(299);
  await tell('b', { run: { kind: 'k', key: 'b', payload: {} } });
  await until('another job passed', () => world.jobs.length === 1);
  expect(world.commands).toEqual([]);
  world.clock.advance(1);
  await until('the timer fired', () => world.commands.length === 1);
  expect(world.commands[0]?.command).toEqual({ type: 'Fired', data: { timer: 'tea', heard: 2 } });
});
