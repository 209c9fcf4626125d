import type { OutboxEntry, OutboxOutcome, SagaStore } from '../../core/saga-store.js';
import type { Trouble } from '../trouble.js';
import type { Alarm } from './alarm.js';
import { groupCalls } from './group-calls.js';
import { createHandOver, type HandOverOptions } from './saga-hand-over.js';

export interface SagaOutboxOptions extends HandOverOptions {
  readonly sagas: readonly string[];
  readonly sagaStore: SagaStore;
  readonly signal: AbortSignal;
  /** Rings when a step has committed outputs. */
  readonly alarm: Alarm;
  readonly trouble: Trouble;
}

const LANES = 200;
const ENTRIES_A_READ = 500;
/** Other processes commit outputs too, and postponed ones come due. */
const POLL_SECONDS = 1;

/**
 * Hands outputs over until the signal fires: those of one instance one after another (a lane), lanes side by side. At
 * least once: what was handed over and not yet struck off when the process died is handed over again, under the same id.
 */
export async function dispatchSagaOutbox(options: SagaOutboxOptions): Promise<void> {
  const { sagas, sagaStore, clock, trouble, signal, alarm } = options;
  const lanes = new Map<string, { saga: string; instance: string; done: Promise<void> }>();
  const handOver = createHandOver(options);
  const settle = groupCalls<OutboxOutcome>((outcomes) => sagaStore.settle(outcomes));

  async function runLane(entries: readonly OutboxEntry[]): Promise<void> {
    for (let next = 0; next < entries.length && !signal.aborted; ) {
      const outcomes = await handOver(entries.slice(next));
      await settle(outcomes);
      if (outcomes.some((outcome) => 'postponed' in outcome)) return;
      next += outcomes.length;
    }
  }

  function startLane(key: string, first: OutboxEntry, entries: readonly OutboxEntry[]): void {
    const { saga, instance } = first;
    const done = runLane(entries)
      .catch(async (error: unknown) => {
        trouble.failed(error, 'Saga outbox could not be written', { saga, instance });
        await clock.sleep(POLL_SECONDS, signal);
      })
      .finally(() => {
        lanes.delete(key);
        alarm.ring(); // there may be more, of this instance or of those that found no room
      });
    lanes.set(key, { saga, instance, done });
  }

  async function startLanes(): Promise<void> {
    const room = LANES - lanes.size;
    if (room <= 0) return;
    const except = [...lanes.values()];
    const entries = await sagaStore.outbox({ sagas, now: clock.now(), limit: ENTRIES_A_READ, except });
    const byLane = Map.groupBy(entries, ({ saga, instance }) => JSON.stringify([saga, instance]));
    for (const [key, waiting] of [...byLane].slice(0, room))
      if (waiting[0]) startLane(key, waiting[0], waiting);
  }

  while (!signal.aborted) {
    try {
      await startLanes();
      trouble.succeeded();
    } catch (error) {
      if (!signal.aborted) trouble.failed(error, 'Saga outbox could not be read');
    }
    await alarm.wait(POLL_SECONDS);
  }
  await Promise.all([...lanes.values()].map(({ done }) => done));
}
