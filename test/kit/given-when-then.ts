import { expect } from 'vitest';
import type { Command, Decider } from '../../src/core/decider.js';
import { MediaFlowError } from '../../src/core/errors.js';
import type { DomainEvent } from '../../src/core/event.js';
import { deepFreeze } from './deep-freeze.js';

/** A row of a decider's table: events that happened, a command, and the events it causes or the code it is refused with. */
export interface Specification<C extends Command, E extends DomainEvent> {
  readonly name: string;
  readonly given: readonly E[];
  readonly when: C;
  readonly then: readonly E[] | { readonly refusedWith: string };
}

/** Inputs are frozen, so that a rule that changes what it was given fails. */
export function verify<State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  { given, when, then }: Specification<C, E>,
): void {
  const state = given.reduce<State>(
    (current, event) => deepFreeze(decider.evolve(current, deepFreeze(event))),
    deepFreeze(decider.initialState),
  );
  const decide = () => decider.decide(deepFreeze(when), state);
  if ('refusedWith' in then) {
    expect(codeThrownBy(decide)).toBe(then.refusedWith);
    return;
  }
  const events = decide();
  expect(events).toEqual(then);
  // Every state that a decision leads to must be reachable.
  events.reduce<State>((current, event) => decider.evolve(current, event), state);
}

function codeThrownBy(action: () => unknown): string {
  try {
    const result = action();
    return `not refused: ${JSON.stringify(result)}`;
  } catch (error) {
    if (error instanceof MediaFlowError) return error.code;
    throw error;
  }
}
