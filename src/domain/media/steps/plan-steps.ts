import type { PlannedStep } from './planned-step.js';
import { type StepKind, type StepName, stepKindOf } from './step-name.js';
import type { ItemToPlan, StepRow } from './step-row.js';
import { stepTable } from './step-table.js';

const rows = Object.entries(stepTable) as [StepKind, StepRow][];

/**
 * The steps of an item, as the table has them. What it is published with goes first and gets the whole machine: all else
 * begins when that has ended, well or badly, and is never begun for what is rejected.
 */
export function planSteps(item: ItemToPlan): PlannedStep[] {
  const wanted = rows
    .filter(([, { media }]) => media.includes(item.kind))
    .flatMap(([kind, row]) => row.wanted(item).map((step) => ({ ...step, name: nameOf(kind, step.part) })));
  const urgent = wanted.filter(({ isUrgent }) => isUrgent).map(({ name }) => name);
  const ofKinds = (awaited: readonly string[]) =>
    wanted.map(({ name }) => name).filter((name) => awaited.includes(stepKindOf(name)));
  return wanted.map(({ name, isUrgent, afterAll = [], input }) => ({
    step: name,
    after: [...(isUrgent ? [] : urgent), ...ofKinds(afterAll)],
    input,
  }));
}

const nameOf = (kind: StepKind, part?: string): StepName => (part === undefined ? kind : `${kind}:${part}`);
