import { messageOf } from '../core/errors.js';
import { deriveId } from '../core/ids.js';
import type { AnySaga, SagaOutput } from '../core/saga.js';
import type { SagaFailure } from '../core/saga-status.js';
import type { SagaCommit, SagaInstance, SagaTimer } from '../core/saga-store.js';
import { addSeconds, type Instant } from '../core/time.js';
import type { SagaStepInput } from './saga-input.js';

export interface SagaStepOptions {
  readonly saga: AnySaga;
  /** As stored; those that do not exist yet are left out. */
  readonly instances: readonly SagaInstance[];
  readonly inputs: readonly SagaStepInput[];
  readonly at: Instant;
  /** Seconds until a failed instance is tried again. */
  readonly retryInSeconds: (attempts: number) => number;
}

export type SagaStep = Omit<SagaCommit, 'saga' | 'version' | 'progress'>;

interface Draft {
  state: string | undefined;
  parked: SagaInstance['parked'];
  changed: boolean;
  /** A retry that failed again: the rest of the queue stays. */
  stopped: boolean;
}

/** Decides what inputs, in order, change. Pure but for the saga's own functions, whose throws park their instance. */
export function planSagaStep({ saga, instances, inputs, at, retryInSeconds }: SagaStepOptions): SagaStep {
  const drafts = new Map<string, Draft>();
  const timers = new Map<string, { instance: string; timer: string; set?: SagaTimer }>();
  const outputs: SagaStep['outputs'][number][] = [];
  const park: SagaStep['park'][number][] = [];
  const unpark: number[] = [];
  for (const { instance, state, parked } of instances)
    drafts.set(instance, { state, parked, changed: false, stopped: false });

  const draftOf = (instance: string): Draft => {
    const known = drafts.get(instance);
    if (known) return known;
    const fresh = {
      state: toJson(saga.initialState),
      parked: undefined,
      changed: false,
      stopped: false,
    };
    drafts.set(instance, fresh);
    return fresh;
  };

  const apply = (input: SagaStepInput, draft: Draft, next: string, reaction: readonly SagaOutput[]) => {
    const { instance, origin } = input;
    if (next !== draft.state) draft.changed = true;
    draft.state = next;
    reaction.forEach((output, index) => {
      if ('ignore' in output) return;
      draft.changed = true;
      const id = deriveId(saga.name, input.inputId, index);
      if ('send' in output || 'run' in output) outputs.push({ id, instance, body: output, origin });
      else if ('schedule' in output) {
        const { timer, at: dueAt } = output.schedule;
        const set = { instance, timer, id, dueAt: addSeconds(dueAt, 0), origin };
        timers.set(timerKey(instance, timer), { instance, timer, set });
      } else if ('cancel' in output) {
        const { timer } = output.cancel;
        timers.set(timerKey(instance, timer), { instance, timer });
      } else draft.state = undefined;
    });
  };

  const fail = (input: SagaStepInput, draft: Draft, error: unknown) => {
    const earlier = draft.parked?.failure;
    const attempts = earlier?.inputId === input.inputId ? earlier.attempts + 1 : 1;
    const failure = sagaFailure(input.inputId, input.position, error, attempts, at);
    draft.parked = { failure, retryAt: addSeconds(at, retryInSeconds(attempts)) };
    draft.changed = true;
    draft.stopped = true;
  };

  for (const input of inputs) {
    const draft = draftOf(input.instance);
    const isRetry = input.sequence !== undefined;
    if (isRetry ? draft.stopped : draft.parked !== undefined) {
      // A timer stays where it is: what waits before it may still cancel it.
      if ('event' in input.trigger && !isRetry) park.push(input);
      continue;
    }
    if ('timer' in input.trigger && !isRetry) {
      const { instance, timer } = input.trigger.timer;
      if (timers.has(timerKey(instance, timer))) continue; // moved or cancelled a moment ago
      timers.set(timerKey(instance, timer), { instance, timer });
    }
    if (draft.state !== undefined) {
      try {
        const read = input.read();
        const next = toJson(saga.evolve(JSON.parse(draft.state) as never, read as never));
        const reaction = saga.react(JSON.parse(next) as never, read as never, input.instance);
        reaction.forEach(check);
        apply(input, draft, next, reaction);
      } catch (error) {
        if (!isRetry) park.push(input);
        fail(input, draft, error);
        continue;
      }
    }
    if (input.sequence !== undefined) {
      unpark.push(input.sequence);
      draft.changed = true;
      // What of the queue was not read now follows at once.
      draft.parked = input.endsQueue || !draft.parked ? undefined : { ...draft.parked, retryAt: at };
    }
  }

  const completed = (instance: string) => drafts.get(instance)?.state === undefined;
  const changedTimers = [...timers.values()].filter(({ instance }) => !completed(instance));
  return {
    at,
    instances: [...drafts]
      .filter(([, draft]) => draft.changed)
      .map(([instance, { state, parked }]) => ({ instance, state, parked })),
    setTimers: changedTimers.flatMap(({ set }) => (set ? [set] : [])),
    removeTimers: changedTimers.filter(({ set }) => !set).map(({ instance, timer }) => ({ instance, timer })),
    outputs,
    park: park.map(({ instance, trigger }) => ({ instance, trigger })),
    unpark,
  };
}

/** A failure as it is stored; the message without what PostgreSQL's text cannot hold, and not longer than a screen. */
export const sagaFailure = (
  inputId: string,
  position: string | null,
  error: unknown,
  attempts: number,
  failedAt: Instant,
): SagaFailure => ({
  inputId,
  position,
  error: messageOf(error).replaceAll('\0', '').slice(0, 2000),
  attempts,
  failedAt,
});

const timerKey = (instance: string, timer: string): string => JSON.stringify([instance, timer]);

/** What the next input sees is what would be loaded: a state that JSON cannot carry fails here, where it is made. */
function toJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError('A saga state must be JSON, not undefined');
  return text;
}

/** Throws what would otherwise make the commit of the whole step fail. */
function check(output: SagaOutput): void {
  if ('schedule' in output && Number.isNaN(Date.parse(output.schedule.at)))
    throw new TypeError(`Timer ${output.schedule.timer} is not due at an instant: ${output.schedule.at}`);
  JSON.stringify(output);
}
