import type { DomainEvent } from './event.js';

export interface Command<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** The rules of one aggregate, pure: time and ids come in with the command. */
export interface Decider<State, C extends Command, E extends DomainEvent> {
  readonly initialState: State;
  /** The events a command causes in this state; none when there is nothing to do. Throws MediaFlowError. */
  decide(command: C, state: State): E[];
  evolve(state: State, event: E): State;
}
