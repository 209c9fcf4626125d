import { z } from 'zod';
import { stepNameSchema } from './step-name.js';

/** A step as the plan of an item has it. */
export const plannedStepSchema = z.object({
  step: stepNameSchema,
  after: z.array(stepNameSchema).describe('Begins when these have ended, well or badly'),
  input: z.record(z.string(), z.json()).describe('What it is told beyond the item: see the step table'),
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;
