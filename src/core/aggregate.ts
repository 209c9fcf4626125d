import type { Command, Decider } from './decider.js';
import type { DomainEvent, EventDefinitions } from './event.js';

/** A decider with what it takes to run it: where its streams are and which commands and events are its own. */
export interface Aggregate<
  State = unknown,
  C extends Command = Command,
  E extends DomainEvent = DomainEvent,
> {
  readonly name: string;
  readonly decider: Decider<State, C, E>;
  readonly events: EventDefinitions;
  readonly commandTypes: readonly C['type'][];
  streamOf(command: C): string;
  /**
   * False when `decide` never looks at the state: the handler then appends without reading the stream first, which
   * keeps streams that grow without end (a viewer's) cheap to write.
   */
  readonly needsState: boolean;
}
