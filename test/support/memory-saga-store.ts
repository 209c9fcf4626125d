import type { SagaStatus } from '../../src/core/saga-status.js';
import {
  LONGEST_PAUSE_SECONDS,
  type OutboxEntry,
  outputName,
  type ParkedInput,
  type SagaInstance,
  type SagaStore,
  type SagaTimer,
} from '../../src/core/saga-store.js';
import { secondsBetween } from '../../src/core/time.js';

interface Known {
  version: number;
  checkpoint: string;
  failure: SagaStatus['failure'];
  readonly instances: Map<string, SagaInstance>;
  readonly completedAt: Map<string, string>;
  readonly timers: Map<string, SagaTimer>;
  queue: ParkedInput[];
}

interface Waiting extends OutboxEntry {
  readonly createdAt: string;
  readonly dueAt?: string;
  readonly error?: string;
  readonly code?: string;
  readonly refusedAt?: string;
}

/** The contract in a few maps, for tests of the runner that need thousands of runs. */
export function createMemorySagaStore(): SagaStore {
  const sagas = new Map<string, Known>();
  let outbox: Waiting[] = [];
  let sequence = 0;

  const known = (saga: string): Known => {
    const found = sagas.get(saga);
    if (!found) throw new Error(`Saga ${saga} is not registered`);
    return found;
  };
  const key = (instance: string, timer: string) => JSON.stringify([instance, timer]);
  const goesOn = (saga: Known, { instance }: SagaTimer) => !saga.instances.get(instance)?.parked;
  const order = ({ dueAt, instance, timer }: SagaTimer) => `${dueAt}\0${instance}\0${timer}`;
  const byDue = (a: SagaTimer, b: SagaTimer) => (order(a) < order(b) ? -1 : 1);

  return {
    async register(saga, checkpoint) {
      if (sagas.has(saga)) return;
      sagas.set(saga, {
        version: 0,
        checkpoint,
        failure: null,
        instances: new Map(),
        completedAt: new Map(),
        timers: new Map(),
        queue: [],
      });
    },
    async head(saga) {
      const { version, checkpoint } = known(saga);
      return { version, checkpoint };
    },
    async instances(saga, instances) {
      return instances.flatMap((instance) => known(saga).instances.get(instance) ?? []);
    },
    async dueTimers(saga, now, limit) {
      const { timers } = known(saga);
      return [...timers.values()]
        .filter((timer) => timer.dueAt <= now && goesOn(known(saga), timer))
        .sort(byDue)
        .slice(0, limit);
    },
    async dueParked(saga, now, limit) {
      const { instances, queue } = known(saga);
      const [due] = [...instances.values()]
        .filter(({ parked }) => parked && isDue(parked.retryAt, now))
        .sort((a, b) => ((a.parked?.retryAt ?? '') < (b.parked?.retryAt ?? '') ? -1 : 1));
      return queue.filter(({ instance }) => instance === due?.instance).slice(0, limit);
    },
    async nextDue(saga) {
      const timers = [...known(saga).timers.values()].filter((timer) => goesOn(known(saga), timer));
      const retries = [...known(saga).instances.values()].flatMap(({ parked }) => parked?.retryAt ?? []);
      return [...timers.map(({ dueAt }) => dueAt), ...retries].sort()[0];
    },

    async commit(changes) {
      const saga = known(changes.saga);
      if (saga.version !== changes.version) return false;
      saga.version++;
      if (changes.progress) {
        saga.checkpoint = changes.progress.checkpoint;
        saga.failure = changes.progress.failure;
      }
      for (const instance of changes.instances) {
        saga.instances.set(instance.instance, instance);
        if (instance.state !== undefined) continue;
        saga.completedAt.set(instance.instance, changes.at);
        for (const [at, timer] of saga.timers)
          if (timer.instance === instance.instance) saga.timers.delete(at);
      }
      for (const { instance, timer } of changes.removeTimers) saga.timers.delete(key(instance, timer));
      for (const timer of changes.setTimers) saga.timers.set(key(timer.instance, timer.timer), timer);
      saga.queue = saga.queue.filter((input) => !changes.unpark.includes(input.sequence));
      for (const input of changes.park) saga.queue.push({ ...input, sequence: ++sequence });
      for (const output of changes.outputs)
        if (!outbox.some(({ id }) => id === output.id))
          outbox.push({ ...output, saga: changes.saga, attempts: 0, createdAt: changes.at });
      return true;
    },

    async outbox({ sagas: names, now, limit, except }) {
      const blocked = new Set(except.map(({ saga, instance }) => key(saga, instance)));
      return outbox
        .filter((entry) => {
          const lane = key(entry.saga, entry.instance);
          if (entry.code === undefined && entry.dueAt && !isDue(entry.dueAt, now)) blocked.add(lane);
          return entry.code === undefined && names.includes(entry.saga) && !blocked.has(lane);
        })
        .slice(0, limit)
        .map(({ id, saga, instance, body, origin, attempts }) => ({
          id,
          saga,
          instance,
          body,
          origin,
          attempts,
        }));
    },
    async settle(outcomes) {
      for (const outcome of outcomes) {
        outbox = outbox.flatMap((entry): Waiting[] => {
          if (entry.id !== outcome.id) return [entry];
          if ('done' in outcome) return [];
          const { dueAt: _, ...tried } = { ...entry, attempts: entry.attempts + 1 };
          return 'refused' in outcome
            ? [
                {
                  ...tried,
                  code: outcome.refused.code,
                  error: outcome.refused.message,
                  refusedAt: outcome.refused.at,
                },
              ]
            : [{ ...tried, ...outcome.postponed }];
        });
      }
    },

    async pruneRefused(refusedBefore, limit) {
      const due = outbox.filter(({ refusedAt }) => refusedAt && refusedAt < refusedBefore).slice(0, limit);
      outbox = outbox.filter((entry) => !due.includes(entry));
      return due.length;
    },
    async pruneCompleted(completedBefore, limit) {
      let pruned = 0;
      for (const [name, { failure, completedAt, instances }] of sagas)
        for (const [instance, at] of completedAt) {
          const isWaiting = outbox.some((entry) => entry.saga === name && entry.instance === instance);
          if (failure || at >= completedBefore || isWaiting || pruned === limit) continue;
          completedAt.delete(instance);
          instances.delete(instance);
          pruned++;
        }
      return pruned;
    },

    async status() {
      return [...sagas]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, saga]) => statusOf(name, saga, outbox));
    },
  };
}

function statusOf(name: string, saga: Known, outbox: readonly Waiting[]): SagaStatus {
  const instances = [...saga.instances.values()];
  const timers = [...saga.timers.values()].map(({ dueAt }) => dueAt).sort();
  const mine = outbox.filter((entry) => entry.saga === name);
  const waiting = mine.filter(({ code }) => code === undefined);
  const refused = mine.filter(({ code }) => code !== undefined);
  const trouble = (entry: Waiting) => ({
    id: entry.id,
    instance: entry.instance,
    what: outputName(entry.body),
    error: entry.error ?? '',
    attempts: entry.attempts,
  });
  return {
    saga: name,
    checkpoint: saga.checkpoint,
    failure: saga.failure,
    instances: {
      active: instances.filter(({ state, parked }) => state !== undefined && !parked).length,
      parked: instances.filter(({ parked }) => parked).length,
      completed: instances.filter(({ state }) => state === undefined).length,
    },
    parked: instances.flatMap(({ instance, parked }) =>
      parked
        ? [{ instance, ...parked, inputs: saga.queue.filter((input) => input.instance === instance).length }]
        : [],
    ),
    timers: { waiting: timers.length, nextDueAt: timers[0] ?? null },
    outbox: {
      waiting: waiting.length,
      refused: refused.length,
      oldestAt: waiting[0]?.createdAt ?? null,
      postponed: waiting.filter(({ error }) => error !== undefined).map(trouble),
      refusals: refused.map((entry) => ({ ...trouble(entry), code: entry.code ?? '' })),
    },
  };
}

const isDue = (at: string, now: string): boolean =>
  at <= now || secondsBetween(now, at) > LONGEST_PAUSE_SECONDS;
