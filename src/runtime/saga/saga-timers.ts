import { secondsBetween } from '../../core/time.js';
import type { Alarm } from './alarm.js';
import type { SagaContext } from './saga-context.js';
import { type SagaStepInput, timerInput, triggerInput } from './saga-input.js';
import { planSagaStep } from './saga-step.js';

const INPUTS_A_STEP = 500;
/** Other processes schedule timers too, and clocks differ: the longest sleep between looks. */
const LONGEST_SLEEP_SECONDS = 5;

/** Fires due timers and retries parked instances of one saga until the signal fires; `alarm` rings when either is added. */
export async function runSagaTimers(context: SagaContext, alarm: Alarm): Promise<void> {
  const { saga, sagaStore, clock, trouble, signal } = context;

  /** Whether there was something to do. */
  async function step(): Promise<boolean> {
    const head = await sagaStore.head(saga.name);
    const at = clock.now();
    const inputs = await dueInputs(at);
    if (inputs.length === 0) return false;
    const names = [...new Set(inputs.map(({ instance }) => instance))];
    const instances = await sagaStore.instances(saga.name, names);
    const planned = planSagaStep({ saga, instances, inputs, at, retryInSeconds: context.retryInSeconds });
    // Not committed means that somebody else took a step: look again.
    if (await sagaStore.commit({ ...planned, saga: saga.name, version: head.version }))
      context.committed(planned);
    return true;
  }

  async function dueInputs(now: string): Promise<SagaStepInput[]> {
    const timers = await sagaStore.dueTimers(saga.name, now, INPUTS_A_STEP);
    if (timers.length > 0) return timers.map(timerInput);
    // One more than is taken tells whether the queue ends here.
    const queue = await sagaStore.dueParked(saga.name, now, INPUTS_A_STEP + 1);
    return queue.slice(0, INPUTS_A_STEP).map(({ instance, trigger, sequence }, index) => ({
      ...triggerInput(instance, trigger, context.decode),
      queued: { sequence, isLast: index === queue.length - 1 },
    }));
  }

  let failures = 0;
  while (!signal.aborted) {
    try {
      const worked = await context.exclusively(step);
      failures = 0;
      trouble.succeeded();
      if (worked) continue;
      const dueAt = await sagaStore.nextDue(saga.name);
      const seconds = dueAt === undefined ? LONGEST_SLEEP_SECONDS : secondsBetween(clock.now(), dueAt);
      if (seconds > 0) await alarm.wait(Math.min(seconds, LONGEST_SLEEP_SECONDS));
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      trouble.failed(error, 'Saga timers could not be read', { saga: saga.name, failures });
      await clock.sleep(context.pauseSeconds(failures), signal);
    }
  }
}
