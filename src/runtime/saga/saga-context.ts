import type { EventStore } from '../../core/event-store.js';
import type { AnySaga } from '../../core/saga.js';
import type { SagaStore } from '../../core/saga-store.js';
import type { Tracer } from '../../core/tracer.js';
import type { Clock } from '../clock.js';
import type { Trouble } from '../trouble.js';
import type { SagaStep } from './saga-changes.js';
import type { DecodeEvent } from './saga-input.js';

/** What the two loops of one saga, over events and over timers, share. */
export interface SagaContext {
  readonly saga: AnySaga;
  readonly store: EventStore;
  readonly sagaStore: SagaStore;
  readonly decode: DecodeEvent;
  readonly clock: Clock;
  readonly trouble: Trouble;
  readonly tracer: Tracer;
  readonly signal: AbortSignal;
  /** Seconds until a parked instance is tried again. */
  readonly retryInSeconds: (attempts: number) => number;
  /** Seconds until a loop that failed as a whole begins again. */
  readonly pauseSeconds: (failures: number) => number;
  /** One step at a time: not for safety, which the store's fence gives, but to spare lost races within a process. */
  readonly exclusively: <T>(task: () => Promise<T>) => Promise<T>;
  /** Tells the others what a step has left for them. */
  readonly committed: (step: SagaStep) => void;
}
