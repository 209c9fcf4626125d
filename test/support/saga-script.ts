import type { SagaOutput } from '../../src/core/saga.js';
import type { SagaStore } from '../../src/core/saga-store.js';
import { type Death, mortal, type Outside } from './mortal.js';
import { parrot, say } from './parrot-saga.js';
import { createSagaWorld, until } from './saga-world.js';

/** Things that happen between two moments: events, then time passes. */
export interface Scene {
  readonly told: readonly { readonly instance: string; readonly say: readonly SagaOutput[] }[];
  readonly thenSeconds: number;
}

/** What the outside has seen of each instance, each id once, in the order of first sight. */
export type Effects = Readonly<Record<string, readonly string[]>>;

export interface Performance {
  readonly effects: Effects;
  /** Commands and jobs handed over, repeats included. */
  readonly handedOver: number;
  /** Calls that changed something, where nobody died. */
  readonly calls: number;
  readonly states: readonly (string | undefined)[];
}

/** Plays the scenes with runners that die as told, one after another; the last one lives. `runners` run at once. */
export async function perform(
  scenes: readonly Scene[],
  deaths: readonly Death[] = [],
  { sagaStore, runners = 1 }: { sagaStore?: SagaStore; runners?: number } = {},
): Promise<Performance> {
  const world = createSagaWorld(sagaStore ? { sagaStore } : {});
  const seen: { id: string; instance: string; what: string }[] = [];
  const outside: Outside = {
    sagaStore: world.sagaStore,
    execute: async ({ commandId, command, correlationId }) => {
      seen.push({ id: commandId, instance: correlationId, what: JSON.stringify(command) });
    },
    queue: {
      enqueue: async (jobs) => {
        for (const { id, kind, correlationId } of jobs)
          seen.push({ id, instance: correlationId, what: kind });
      },
      cancel: async ({ id, kinds, key }) => {
        seen.push({ id, instance: key, what: `cancel ${kinds}` });
      },
    },
  };
  const toDie = [...deaths];
  const begin = () => {
    const life = mortal(outside, toDie.shift() ?? { atCall: Number.POSITIVE_INFINITY, takesEffect: false });
    return { ...life, ...world.run([parrot], life) };
  };
  const alive = Array.from({ length: runners }, begin);

  const quiet = async () => {
    for (const [index, runner] of alive.entries()) {
      if (!runner.isDead()) continue;
      await runner.stop();
      alive[index] = begin();
    }
    // In the order in which work moves on, or some could slip by between two looks.
    const head = await world.store.head();
    const [known] = await world.sagaStore.status();
    if (known?.checkpoint !== head) return false;
    const due = await world.sagaStore.nextDue('parrot');
    if (due !== undefined && due <= world.clock.now()) return false;
    const [status] = await world.sagaStore.status();
    return status?.outbox.waiting === 0;
  };

  try {
    for (const { told, thenSeconds } of scenes) {
      for (const { instance, say: outputs } of told) await world.tell(instance, 'Told', say(...outputs));
      await until('all events are taken and all outputs handed over', quiet);
      world.clock.advance(thenSeconds);
      await until('all timers fired', quiet);
    }
    const instances = [...new Set(scenes.flatMap(({ told }) => told.map(({ instance }) => instance)))].sort();
    const stored = await world.sagaStore.instances('parrot', instances);
    return {
      effects: effectsOf(seen),
      handedOver: seen.length,
      calls: alive.reduce((sum, runner) => sum + runner.calls(), 0),
      states: instances.map((name) => stored.find(({ instance }) => instance === name)?.state),
    };
  } finally {
    await Promise.all(alive.map((runner) => runner.stop()));
  }
}

function effectsOf(seen: readonly { id: string; instance: string; what: string }[]): Effects {
  const first = new Map(seen.toReversed().map((effect) => [effect.id, effect]));
  const inOrder = seen.filter((effect) => first.get(effect.id) === effect);
  return Object.fromEntries(
    [...Map.groupBy(inOrder, ({ instance }) => instance)]
      .map(([instance, effects]) => [instance, effects.map(({ what }) => what)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
