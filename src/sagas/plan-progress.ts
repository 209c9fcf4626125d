import type { PlannedStep } from '../domain/media/steps/planned-step.js';
import type { StepName } from '../domain/media/steps/step-name.js';

/** How far a plan is carried out: steps that were never begun, or have ended, are in none of the lists. */
export interface PlanProgress {
  readonly steps: readonly PlannedStep[];
  /** Asked for and not ended. */
  readonly open: readonly StepName[];
  /** To be asked for when what they come after has ended. */
  readonly waiting: readonly StepName[];
  /** Those that the last input let begin. */
  readonly released: readonly StepName[];
}

export const noProgress: PlanProgress = { steps: [], open: [], waiting: [], released: [] };

export const plannedIn = ({ steps }: PlanProgress, name: StepName): PlannedStep =>
  // What comes before the plan, such as the probe, is in none.
  steps.find(({ step }) => step === name) ?? { step: name, after: [], input: {} };

/** These are to be done, again or for the first time: each when all that it comes after has ended, well or badly. */
export function beginSteps(progress: PlanProgress, names: readonly StepName[]): PlanProgress {
  const waiting = [...without(progress.waiting, names), ...names];
  return release({ ...progress, open: without(progress.open, names), waiting });
}

export const endStep = (progress: PlanProgress, name: StepName): PlanProgress =>
  release({
    ...progress,
    open: without(progress.open, [name]),
    waiting: without(progress.waiting, [name]),
  });

/** They end without anything beginning in their place: whoever lets go of a step lets go of all that are open. */
export const letGoOfSteps = (progress: PlanProgress, names: readonly StepName[]): PlanProgress => ({
  ...progress,
  open: without(progress.open, names),
  waiting: without(progress.waiting, names),
  released: [],
});

/** Throws on a plan that waits for itself, so that it is seen and not waited for. */
function release(progress: PlanProgress): PlanProgress {
  const { open, waiting } = progress;
  const isDue = (name: StepName) =>
    plannedIn(progress, name).after.every((earlier) => !open.includes(earlier) && !waiting.includes(earlier));
  const released = waiting.filter(isDue);
  if (waiting.length > 0 && open.length === 0 && released.length === 0)
    throw new Error(`Nothing that these steps wait for is going to end: ${waiting.join(', ')}`);
  return { ...progress, open: [...open, ...released], waiting: without(waiting, released), released };
}

const without = (names: readonly StepName[], those: readonly StepName[]): readonly StepName[] =>
  names.filter((name) => !those.includes(name));
