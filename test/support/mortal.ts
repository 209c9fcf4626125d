import type { SagaRunnerOptions } from '../../src/runtime/saga/saga-runner.js';

export interface Death {
  /** The how-manieth call that changes something, from 1. */
  readonly atCall: number;
  /** Whether the fatal call still takes effect, its answer unheard. */
  readonly takesEffect: boolean;
}

export type Outside = Pick<SagaRunnerOptions, 'sagaStore' | 'execute' | 'queue'>;

export interface Mortal extends Outside {
  readonly isDead: () => boolean;
  /** Calls that changed something so far. */
  readonly calls: () => number;
}

/** The outside of a process that dies at one call: nothing it does afterwards reaches anybody. */
export function mortal({ sagaStore, execute, queue }: Outside, death: Death): Mortal {
  let calls = 0;
  let dead = false;

  const guard =
    <Arguments extends unknown[], Result>(call: (...values: Arguments) => Promise<Result>, counts: boolean) =>
    async (...values: Arguments): Promise<Result> => {
      if (dead) throw new Error('dead');
      const fatal = counts && ++calls === death.atCall;
      if (fatal) dead = true;
      if (fatal && !death.takesEffect) throw new Error('died before');
      const result = await call(...values);
      if (dead) throw new Error('died after');
      return result;
    };

  return {
    isDead: () => dead,
    calls: () => calls,
    execute: guard(execute, true),
    queue: { enqueue: guard(queue.enqueue, true), cancel: guard(queue.cancel, true) },
    sagaStore: {
      register: guard(sagaStore.register, true),
      commit: guard(sagaStore.commit, true),
      settle: guard(sagaStore.settle, true),
      head: guard(sagaStore.head, false),
      instances: guard(sagaStore.instances, false),
      dueTimers: guard(sagaStore.dueTimers, false),
      dueParked: guard(sagaStore.dueParked, false),
      nextDue: guard(sagaStore.nextDue, false),
      outbox: guard(sagaStore.outbox, false),
      status: guard(sagaStore.status, false),
      pruneRefused: guard(sagaStore.pruneRefused, false),
      pruneCompleted: guard(sagaStore.pruneCompleted, false),
    },
  };
}
