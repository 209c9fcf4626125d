import { z } from 'zod';

/** Every kind of work done on an item after its upload: a row each in the step table. */
export const stepKindSchema = z.enum([
  'probe',
  'poster',
  'preview',
  'transcode',
  'thumbnails',
  'gif',
  'moderate',
  'tag',
]);
export type StepKind = z.infer<typeof stepKindSchema>;

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
