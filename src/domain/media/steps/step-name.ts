import { z } from 'zod';
import type { StepRow } from './step-row.js';
import { stepTable } from './step-table.js';

/** Every kind of work done on an item after its upload. */
export type StepKind = keyof typeof stepTable;
export const stepKinds = Object.keys(stepTable) as readonly StepKind[];
const stepKindSchema = z.enum(stepKinds);

/**
 * Names a step within its item: its kind, and behind a colon the part it does where a kind has several, such as one
 * step for each chunk or each language (`transcode:chunk-3`).
 */
export const stepNameSchema = z.union([
  stepKindSchema,
  z.templateLiteral([stepKindSchema, ':', z.string().regex(/^[a-z0-9][a-z0-9-]*$/)]),
]);
export type StepName = z.infer<typeof stepNameSchema>;

/** A name has passed its schema when it comes here: asking again would be work for every event. */
export const stepKindOf = (name: StepName): StepKind => name.split(':', 1)[0] as StepKind;

/** Undefined where the item has one step of the kind. */
export const stepPartOf = (name: StepName): string | undefined => name.split(':')[1];

/** What holds of a step by its kind. */
export const stepRowOf = (name: StepName): StepRow => stepTable[stepKindOf(name)];
