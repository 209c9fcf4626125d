import { sagaOutputId } from '../../core/derived-ids.js';
import type { SagaCommit, SagaInstance, SagaTimer } from '../../core/saga-store.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { SagaStepInput } from './saga-input.js';
import type { SagaReaction } from './saga-reaction.js';

export type SagaStep = Omit<SagaCommit, 'saga' | 'version' | 'progress'>;

export interface InstanceDraft {
  /** JSON text; undefined once completed. */
  state: string | undefined;
  parked: SagaInstance['parked'];
  changed: boolean;
}

/** What a step has changed so far: the inputs that follow in it already see it. */
export interface SagaChanges {
  draft(instance: string): InstanceDraft;
  apply(input: SagaStepInput, reaction: SagaReaction): void;
  /** Takes a timer off because it fires; false when the step has moved, cancelled or fired it already. */
  takeTimer(timer: SagaTimer): boolean;
  park(input: SagaStepInput): void;
  unpark(sequence: number): void;
  toStep(at: Instant): SagaStep;
}

export function createSagaChanges(
  saga: string,
  initialState: string,
  instances: readonly SagaInstance[],
): SagaChanges {
  const drafts = new Map<string, InstanceDraft>();
  const timers = new Map<string, { instance: string; timer: string; set?: SagaTimer }>();
  const outputs: SagaStep['outputs'][number][] = [];
  const parked: SagaStep['park'][number][] = [];
  const unparked: number[] = [];
  for (const { instance, state, parked } of instances)
    drafts.set(instance, { state, parked, changed: false });

  function draft(instance: string): InstanceDraft {
    const known = drafts.get(instance) ?? { state: initialState, parked: undefined, changed: false };
    drafts.set(instance, known);
    return known;
  }

  const setTimer = (instance: string, timer: string, set?: SagaTimer) =>
    timers.set(keyOf(instance, timer), { instance, timer, ...(set && { set }) });

  return {
    draft,
    apply({ instance, inputId, origin }, reaction) {
      const changing = draft(instance);
      changing.changed ||= reaction.state !== changing.state;
      changing.state = reaction.state;
      for (const [index, output] of reaction.outputs.entries()) {
        if ('ignore' in output) continue;
        changing.changed = true;
        const id = sagaOutputId(saga, inputId, index);
        if ('send' in output || 'run' in output || 'cancelJobs' in output)
          outputs.push({ id, instance, body: output, origin });
        else if ('schedule' in output) {
          const { timer, at } = output.schedule;
          setTimer(instance, timer, { instance, timer, id, dueAt: addSeconds(at, 0), origin });
        } else if ('cancel' in output) setTimer(instance, output.cancel.timer);
        else changing.state = undefined;
      }
    },
    takeTimer({ instance, timer }) {
      if (timers.has(keyOf(instance, timer))) return false;
      setTimer(instance, timer);
      return true;
    },
    park: ({ instance, trigger }) => parked.push({ instance, trigger }),
    unpark: (sequence) => unparked.push(sequence),
    toStep(at) {
      // The timers of a completed instance all go with its tombstone.
      const changed = [...timers.values()].filter(({ instance }) => draft(instance).state !== undefined);
      return {
        at,
        instances: [...drafts]
          .filter(([, { changed }]) => changed)
          .map(([instance, { state, parked }]) => ({ instance, state, parked })),
        setTimers: changed.flatMap(({ set }) => set ?? []),
        removeTimers: changed.filter(({ set }) => !set).map(({ instance, timer }) => ({ instance, timer })),
        outputs,
        park: parked,
        unpark: unparked,
      };
    },
  };
}

const keyOf = (instance: string, timer: string): string => JSON.stringify([instance, timer]);
