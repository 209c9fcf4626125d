import type { AnySaga, SagaOutput } from '../../src/core/saga.js';
import type { MediaFlowEvent } from '../../src/domain/index.js';
import { deepFreeze } from './deep-freeze.js';
import { recorded } from './golden-events.js';

/** A row of a saga's table: what happened to an instance, the last thing of which it reacts to, and what it wants done. */
export interface SagaSpecification {
  readonly name: string;
  readonly given: readonly MediaFlowEvent[];
  readonly when: MediaFlowEvent;
  readonly then: readonly SagaOutput[];
}

/** Feeds a saga the events it listens to, its state stored in between, and gives what it wants done about the last. */
export function reactionTo(saga: AnySaga, events: readonly MediaFlowEvent[]): SagaOutput[] {
  let state = JSON.stringify(saga.initialState);
  let outputs: SagaOutput[] = [];
  for (const event of recorded(events)) {
    const correlate = saga.correlate[event.type];
    if (!correlate) {
      outputs = [];
      continue;
    }
    const next = saga.evolve(deepFreeze(JSON.parse(state)) as never, event as never);
    state = JSON.stringify(next);
    outputs = saga.react(deepFreeze(JSON.parse(state)) as never, event as never, correlate(event as never));
  }
  return outputs;
}
