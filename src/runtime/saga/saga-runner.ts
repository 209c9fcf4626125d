import { backoffSeconds } from '../../core/backoff.js';
import type { EventStore } from '../../core/event-store.js';
import type { JobSender } from '../../core/job-sender.js';
import type { Logger } from '../../core/logger.js';
import { START } from '../../core/position.js';
import type { AnySaga } from '../../core/saga.js';
import type { SagaStore } from '../../core/saga-store.js';
import { noTracer, type Tracer } from '../../core/tracer.js';
import type { Clock } from '../clock.js';
import { limitConcurrency } from '../limit-concurrency.js';
import { createTrouble } from '../trouble.js';
import { createAlarm } from './alarm.js';
import type { SagaStep } from './saga-changes.js';
import type { SagaContext } from './saga-context.js';
import { followSagaEvents } from './saga-events.js';
import type { SagaCommandRequest } from './saga-hand-over.js';
import type { DecodeEvent } from './saga-input.js';
import { dispatchSagaOutbox } from './saga-outbox.js';
import { toJson } from './saga-reaction.js';
import { runSagaTimers } from './saga-timers.js';

export interface SagaRunnerOptions {
  readonly store: EventStore;
  readonly sagas: readonly AnySaga[];
  readonly sagaStore: SagaStore;
  readonly decode: DecodeEvent;
  /** Carries out a command. A MediaFlowError that is not retryable refuses it for good; all else is tried again. */
  readonly execute: (request: SagaCommandRequest) => Promise<unknown>;
  readonly queue: JobSender;
  /** Commands under way at once (default 16). */
  readonly concurrency?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Spans of what it does about events (default none). */
  readonly tracer?: Tracer;
  /** Gives a number in [0, 1); spreads retries. */
  readonly random: () => number;
  /** Ends the runner after the step it is in. */
  readonly signal: AbortSignal;
}

const PARKED = { backoff: { firstSeconds: 1, maximumSeconds: 300 } };
/** Short, because it is what passes between the return of a database and going on. */
const STANDING_STILL = { backoff: { firstSeconds: 0.5, maximumSeconds: 5 } };

/**
 * Runs sagas durably until the signal fires; `done` then resolves, and never rejects. Every step (a page of events,
 * the due timers, a parked instance) is one transaction of state, checkpoint, timers and outputs; outputs are handed
 * over from there. Any number of processes may run the same sagas: a fence lets one of them take each step.
 *
 * Throws when two sagas share a name or an initial state is not JSON.
 *
 * A saga function that throws parks its instance: the input and all that follow for it queue up and are tried again
 * with growing pauses, while other instances go on. An event that cannot be decoded or correlated stops its saga.
 */
export function runSagas(options: SagaRunnerOptions): { readonly done: Promise<void> } {
  const { clock, signal, random, concurrency = 16 } = options;
  const names = options.sagas.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new Error(`Two sagas share a name: ${names.join(', ')}`);

  for (const { initialState } of options.sagas) toJson(initialState);

  // Half of a pause is fixed, so that nothing that fails ever spins.
  const spread = () => 0.5 + random() / 2;
  const trouble = createTrouble(options.logger, 'Sagas go on');
  const outboxAlarm = createAlarm(clock, signal);
  const loops = options.sagas.map((saga) => {
    const timerAlarm = createAlarm(clock, signal);
    const context = {
      ...{ ...options, saga, trouble, tracer: options.tracer ?? noTracer },
      exclusively: limitConcurrency(1),
      retryInSeconds: (attempts: number) => backoffSeconds(PARKED, attempts, spread),
      pauseSeconds: (failures: number) => backoffSeconds(STANDING_STILL, failures, spread),
      committed: (step: SagaStep) => {
        if (step.outputs.length > 0) outboxAlarm.ring();
        if (step.setTimers.length > 0 || step.instances.some(({ parked }) => parked)) timerAlarm.ring();
      },
    };
    return registerSaga(context).then(() =>
      Promise.all([followSagaEvents(context), runSagaTimers(context, timerAlarm)]),
    );
  });
  const outbox = dispatchSagaOutbox({
    ...{ ...options, trouble },
    random: spread,
    sagas: names,
    concurrency,
    alarm: outboxAlarm,
  });
  return { done: Promise.all([...loops, outbox]).then(() => {}) };
}

async function registerSaga({ saga, store, sagaStore, clock, trouble, signal, pauseSeconds }: SagaContext) {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      await sagaStore.register(saga.name, saga.from === 'now' ? await store.head() : START);
      return;
    } catch (error) {
      trouble.failed(error, 'Saga could not be registered', { saga: saga.name, failures });
      await clock.sleep(pauseSeconds(failures), signal);
    }
  }
}
