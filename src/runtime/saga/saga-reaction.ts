import type { AnySaga, SagaOutput } from '../../core/saga.js';
import type { SagaStepInput } from './saga-input.js';

/** A saga's answer to one input, checked to be storable. */
export interface SagaReaction {
  /** JSON text of the state after the input. */
  readonly state: string;
  readonly outputs: readonly SagaOutput[];
}

/**
 * Calls the saga's own functions. State goes in as a fresh copy each time, so that a saga that changes it in place
 * sees in a batch what it would see after a restart. Throws whatever they throw, and on what cannot be stored.
 */
export function reactionOf(saga: AnySaga, input: SagaStepInput, state: string): SagaReaction {
  const read = input.read();
  const next = toJson(saga.evolve(JSON.parse(state) as never, read as never));
  const outputs = saga.react(JSON.parse(next) as never, read as never, input.instance);
  outputs.forEach(check);
  return { state: next, outputs };
}

export function toJson(state: unknown): string {
  const text: string | undefined = JSON.stringify(state);
  if (text === undefined) throw new TypeError('A saga state must be JSON, not undefined');
  return text;
}

/** Here, where the instance at fault is known: a commit that fails would stop all of them. */
function check(output: SagaOutput): void {
  JSON.stringify(output);
  if (!('schedule' in output)) return;
  const { timer, at } = output.schedule;
  if (timer.includes('\0')) throw new TypeError('A timer name must not hold a NUL character');
  if (Number.isNaN(Date.parse(at)) || !FOUR_DIGIT_YEAR.test(new Date(at).toISOString()))
    throw new TypeError(`Timer ${timer} is not due at an instant: ${at}`);
}

const FOUR_DIGIT_YEAR = /^(?!0000)\d{4}-/;
