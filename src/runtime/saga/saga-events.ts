import type { StoredEvent } from '../../core/event.js';
import type { AllPage } from '../../core/event-store.js';
import { isAfter, latest } from '../../core/position.js';
import { secondsBetween } from '../../core/time.js';
import type { SagaContext } from './saga-context.js';
import { eventInput, type SagaStepInput } from './saga-input.js';
import { traceInputs } from './saga-spans.js';
import { planSagaStep, sagaFailure } from './saga-step.js';

/** How far a checkpoint may lag behind stretches of the log that hold nothing for the saga. */
const IDLE_CHECKPOINT_SECONDS = 5;

/** An event that no instance can be told, because it cannot be read or given to one: it stops the whole saga. */
interface Trouble {
  readonly event: StoredEvent;
  readonly error: unknown;
}

/** Follows the log for one saga until the signal fires. Whatever fails is begun again from the checkpoint. */
export async function followSagaEvents(context: SagaContext): Promise<void> {
  const { saga, store, sagaStore, clock, trouble, signal } = context;
  let savedAt = clock.now();
  let failures = 0;

  async function take(page: AllPage): Promise<void> {
    const { inputs, trouble } = readPage(page);
    const end = trouble ? inputs.at(-1)?.position : page.position;
    if (page.events.length === 0 && secondsBetween(savedAt, clock.now()) < IDLE_CHECKPOINT_SECONDS) return;
    for (;;) {
      const head = await sagaStore.head(saga.name);
      // Somebody else may have been here.
      const fresh = inputs.filter(({ position }) => position !== null && isAfter(position, head.checkpoint));
      const stuck = trouble && isAfter(trouble.event.position, head.checkpoint) ? trouble : undefined;
      const checkpoint = latest(end ?? head.checkpoint, head.checkpoint);
      if (!stuck && checkpoint === head.checkpoint) return;
      const names = [...new Set(fresh.map(({ instance }) => instance))];
      const instances = names.length > 0 ? await sagaStore.instances(saga.name, names) : [];
      const at = clock.now();
      const { retryInSeconds } = context;
      const traced = traceInputs(context.tracer, saga.name, fresh, at);
      const step = planSagaStep({ saga, instances, inputs: traced.inputs, at, retryInSeconds });
      const failure = stuck
        ? sagaFailure(stuck.event.eventId, stuck.event.position, stuck.error, failures + 1, at)
        : null;
      const progress = { checkpoint, failure };
      const commit = () => sagaStore.commit({ ...step, saga: saga.name, version: head.version, progress });
      if (await traced.endWith(commit)) {
        savedAt = at;
        context.committed(step);
        if (stuck) throw stuck.error;
        return;
      }
      if (signal.aborted) return;
    }
  }

  function readPage(page: AllPage): { inputs: SagaStepInput[]; trouble?: Trouble } {
    const inputs: SagaStepInput[] = [];
    for (const event of page.events) {
      try {
        inputs.push(eventInput(saga, event, context.decode));
      } catch (error) {
        return { inputs, trouble: { event, error } };
      }
    }
    return { inputs };
  }

  while (!signal.aborted) {
    try {
      const { checkpoint } = await sagaStore.head(saga.name);
      const filter = { types: Object.keys(saga.correlate) };
      for await (const page of store.subscribeAll({ after: checkpoint, filter, signal })) {
        await context.exclusively(() => take(page));
        failures = 0;
        if (signal.aborted) return;
      }
      if (!signal.aborted) throw new Error('The subscription ended by itself');
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      trouble.failed(error, 'Saga stands still, trying again', { saga: saga.name, failures });
      await clock.sleep(context.pauseSeconds(failures), signal);
    }
  }
}
