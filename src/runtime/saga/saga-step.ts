import type { Position } from '../../core/position.js';
import type { AnySaga } from '../../core/saga.js';
import type { SagaFailure } from '../../core/saga-status.js';
import type { SagaInstance } from '../../core/saga-store.js';
import { storableMessage } from '../../core/storable-text.js';
import { addSeconds, type Instant } from '../../core/time.js';
import { createSagaChanges, type SagaStep } from './saga-changes.js';
import type { SagaStepInput } from './saga-input.js';
import { reactionOf, toJson } from './saga-reaction.js';

export interface SagaStepOptions {
  readonly saga: AnySaga;
  /** As stored; those that do not exist yet are left out. */
  readonly instances: readonly SagaInstance[];
  /** In order. All new, or all retries of one parked instance. */
  readonly inputs: readonly SagaStepInput[];
  readonly at: Instant;
  /** Seconds until a failed instance is tried again. */
  readonly retryInSeconds: (attempts: number) => number;
}

/** Decides what inputs change. Touches nothing; a throw of the saga parks its instance and is not passed on. */
export function planSagaStep({ saga, instances, inputs, at, retryInSeconds }: SagaStepOptions): SagaStep {
  const changes = createSagaChanges(saga.name, toJson(saga.initialState), instances);

  /** Whether the instance has taken the input; false when it failed and is parked now. */
  function take(input: SagaStepInput): boolean {
    const draft = changes.draft(input.instance);
    if (draft.state === undefined) return true; // over: late inputs are nobody's business
    try {
      changes.apply(input, reactionOf(saga, input, draft.state));
      return true;
    } catch (error) {
      const earlier = draft.parked?.failure;
      const attempts = earlier?.inputId === input.inputId ? earlier.attempts + 1 : 1;
      const failure = sagaFailure(input.inputId, input.position, error, attempts, at);
      draft.parked = { failure, retryAt: addSeconds(at, retryInSeconds(attempts)) };
      draft.changed = true;
      return false;
    }
  }

  function takeNew(input: SagaStepInput): void {
    const { trigger } = input;
    if (changes.draft(input.instance).parked) {
      // A timer stays where it is: what queues before it may still cancel it.
      if ('event' in trigger) changes.park(input);
      return;
    }
    if ('timer' in trigger && !changes.takeTimer(trigger.timer)) return;
    if (!take(input)) changes.park(input);
  }

  /** Goes through the queue of a parked instance until one fails again or it ends. */
  function takeParked(queue: readonly SagaStepInput[]): void {
    for (const input of queue) {
      if (input.queued === undefined || !take(input)) return;
      changes.unpark(input.queued.sequence);
      const draft = changes.draft(input.instance);
      draft.changed = true;
      // What did not fit in this step follows at once.
      draft.parked = input.queued.isLast || !draft.parked ? undefined : { ...draft.parked, retryAt: at };
    }
  }

  if (inputs[0]?.queued) takeParked(inputs);
  else inputs.forEach(takeNew);
  return changes.toStep(at);
}

export const sagaFailure = (
  inputId: string,
  position: Position | null,
  error: unknown,
  attempts: number,
  failedAt: Instant,
): SagaFailure => ({ inputId, position, error: storableMessage(error), attempts, failedAt });
