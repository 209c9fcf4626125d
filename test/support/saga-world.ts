import { createMemoryEventStore } from '../../src/adapters/memory/event-store.js';
import { createMemoryLog } from '../../src/adapters/memory/memory-log.js';
import type { EventToAppend, RecordedEvent } from '../../src/core/event.js';
import type { EventStore } from '../../src/core/event-store.js';
import { deriveId } from '../../src/core/ids.js';
import type { JobCancellation, JobToEnqueue } from '../../src/core/job.js';
import type { JsonObject } from '../../src/core/json.js';
import { silentLogger } from '../../src/core/logger.js';
import type { AnySaga } from '../../src/core/saga.js';
import type { SagaStore } from '../../src/core/saga-store.js';
import type { SagaCommandRequest } from '../../src/runtime/saga/saga-hand-over.js';
import { runSagas, type SagaRunnerOptions } from '../../src/runtime/saga/saga-runner.js';
import { createFakeClock, type FakeClock } from '../kit/fake-clock.js';
import { createMemorySagaStore } from './memory-saga-store.js';

/** Resolves when the condition holds; fails after twenty seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

let events = 0;

export function sagaEvent(stream: string, type: string, data: JsonObject = {}, id?: string): EventToAppend {
  return {
    eventId: id ?? deriveId('event', events++),
    type,
    schemaVersion: 1,
    data: { stream, ...data },
    metadata: {
      correlationId: `correlation of ${stream}`,
      commandId: deriveId('command', stream),
      causationId: null,
      actor: 'tester',
      occurredAt: '2026-11-21T09:00:00.000Z',
      tenantId: 'tenant',
      traceparent: '00-trace',
    },
  };
}

export interface SagaWorld {
  readonly store: EventStore;
  readonly sagaStore: SagaStore;
  readonly clock: FakeClock;
  /** What the outside saw, in order, repeats included. */
  readonly commands: SagaCommandRequest[];
  readonly jobs: JobToEnqueue[];
  readonly cancellations: JobCancellation[];
  tell(stream: string, type: string, data?: JsonObject): Promise<void>;
  run(sagas: readonly AnySaga[], changes?: Partial<SagaRunnerOptions>): { stop(): Promise<void> };
}

/** Sagas with everything around them faked but what is passed in. */
export function createSagaWorld(given: { store?: EventStore; sagaStore?: SagaStore } = {}): SagaWorld {
  const store = given.store ?? createMemoryEventStore(createMemoryLog({ systemRecords: 2 }));
  const sagaStore = given.sagaStore ?? createMemorySagaStore();
  const clock = createFakeClock();
  const commands: SagaCommandRequest[] = [];
  const jobs: JobToEnqueue[] = [];
  const cancellations: JobCancellation[] = [];
  return {
    store,
    sagaStore,
    clock,
    commands,
    jobs,
    cancellations,
    async tell(stream, type, data) {
      await store.append(stream, [sagaEvent(stream, type, data)], 'any');
    },
    run(sagas, changes = {}) {
      const stopping = new AbortController();
      const { done } = runSagas({
        store,
        sagas,
        sagaStore,
        decode: (stored) => stored as RecordedEvent,
        execute: async (request) => commands.push(request),
        queue: {
          enqueue: async (added) => {
            jobs.push(...added);
          },
          cancel: async (cancellation) => {
            cancellations.push(cancellation);
          },
        },
        clock,
        logger: silentLogger,
        random: () => 0.5,
        signal: stopping.signal,
        ...changes,
      });
      return {
        async stop() {
          stopping.abort();
          await done;
        },
      };
    },
  };
}
