import { type StepName, stepKindOf } from './step-name.js';
import type { StepRow } from './step-row.js';
import { stepTable } from './step-table.js';

/** What holds of a step by its kind. */
export const stepRowOf = (name: StepName): Pick<StepRow<never>, 'isPublishedWith' | 'whenFailed'> =>
  stepTable[stepKindOf(name)];
