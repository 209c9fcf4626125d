import { afterEach, expect, test } from 'vitest';
import type { RecordedEvent } from '../../src/core/event.js';
import { measureStanding } from '../../src/observing/standing.js';
import { parrot, say, send } from '../support/parrot-saga.js';
import { createSagaWorld, until } from '../support/saga-world.js';
import { unobserved } from '../support/unobserved.js';

const world = createSagaWorld();
let runner: { stop(): Promise<void> } | undefined;
afterEach(() => runner?.stop());

/** Figures of the process `parrot`; how long it lags is told in events, of which nobody has to wait for one to grow old. */
async function figures(): Promise<Record<string, number>> {
  const told: Record<string, number> = {};
  await measureStanding(
    {
      sagas: {
        list: world.sagaStore.status,
        known: [parrot],
        lagSeconds: async (after, types) =>
          (await world.store.readAll({ after, limit: 10, ...(types && { filter: { types } }) })).events
            .length,
      },
    },
    {
      ...unobserved.metrics,
      set(name, labels, value) {
        if ('saga' in labels && !('state' in labels)) told[name] = value;
      },
    },
    (asked) => asked,
  );
  return told;
}

const parrotStatus = async () => (await world.sagaStore.status()).find(({ saga }) => saga === 'parrot');

test('a process that cannot get past an event tells so, and how far it is behind; so does one that leaves an instance behind', async () => {
  let isReadable = false;
  runner = world.run([parrot], {
    decode: (stored) => {
      if (stored.stream === 'odd' && !isReadable) throw new Error('of the next release');
      return stored as RecordedEvent;
    },
  });
  await world.tell('a', 'Told', say(send('Do')));
  await until('it has taken up the first', () => world.commands.length === 1);
  expect(await figures()).toEqual({ saga_lag_seconds: 0, saga_failed: 0, saga_parked: 0 });

  await world.tell('odd', 'Told', say());
  await world.tell('b', 'Told', { say: null });
  await until('it stands still', async () => (await parrotStatus())?.failure != null);
  expect(await figures()).toEqual({ saga_lag_seconds: 2, saga_failed: 1, saga_parked: 0 });

  isReadable = true;
  await until('it goes on', async () => {
    world.clock.advance(10);
    return (await parrotStatus())?.instances.parked === 1;
  });
  expect(await figures()).toEqual({ saga_lag_seconds: 0, saga_failed: 0, saga_parked: 1 });
});
