import type { Command } from './decider.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { JobCancellationRequest, JobRequest } from './job.js';
import type { Instant } from './time.js';

/** What the clock tells a process that asked to be woken. */
export interface TimerFired {
  readonly type: 'TimerFired';
  readonly data: { readonly timer: string; readonly dueAt: Instant };
}

export type SagaInput<E extends DomainEvent> = RecordedEvent<E> | TimerFired;

/** What a process wants done. Ids come from (saga, input event, index): handling an event twice changes nothing. */
export type SagaOutput<C extends Command = Command> =
  | { readonly send: C }
  | { readonly run: JobRequest }
  /** Ends jobs that this instance asked for before. */
  | { readonly cancelJobs: JobCancellationRequest }
  /** Wakes this instance with `TimerFired`; scheduling the same timer again moves it. */
  | { readonly schedule: { readonly timer: string; readonly at: Instant } }
  | { readonly cancel: { readonly timer: string } }
  /** The process is over for good: its state and timers are dropped, and later events do not begin it again. */
  | { readonly complete: true }
  | { readonly ignore: string };

/** A process manager: pure functions from (state, input) to what should be done. */
export interface Saga<State = unknown, E extends DomainEvent = DomainEvent, C extends Command = Command> {
  /** Kebab-case; what is stored of the saga is stored under it. */
  readonly name: string;
  /** Where the saga begins when it is new: with all of history (default), or with what happens from then on. */
  readonly from?: 'start' | 'now';
  /** For every event type it listens to, the process instance the event belongs to. */
  readonly correlate: {
    readonly [Type in E['type']]?: (event: RecordedEvent<Extract<E, { type: Type }>>) => string;
  };
  readonly initialState: State;
  /** Plain JSON in, plain JSON out: it is stored between inputs. */
  evolve(state: State, input: SagaInput<E>): State;
  /** Called with the state after `evolve`. */
  react(state: State, input: SagaInput<E>, instance: string): SagaOutput<C>[];
}

/** Any saga, whatever its state, events and commands: what the runtime takes. */
export interface AnySaga {
  readonly name: string;
  readonly from?: 'start' | 'now';
  readonly correlate: { readonly [type: string]: ((event: never) => string) | undefined };
  readonly initialState: unknown;
  evolve(state: never, input: never): unknown;
  react(state: never, input: never, instance: string): SagaOutput[];
}
