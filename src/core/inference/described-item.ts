import { z } from 'zod';
import { closedListsSchema } from '../closed-list.js';

/** How much of each text a model is shown: what is paid for by the word has a length. */
export const describedLimits = {
  title: 500,
  description: 4000,
  tags: 50,
  tagCharacters: 100,
  seen: 25,
  /** Of all lines of an origin together. */
  saidCharacters: 6000,
  shownCharacters: 2000,
  lines: 400,
  lineCharacters: 500,
};

const seconds = z.number().min(0).max(1e7);
const linesSchema = z
  .array(z.object({ atSeconds: seconds, text: z.string().max(describedLimits.lineCharacters) }))
  .max(describedLimits.lines)
  .readonly();

/** All that is known of an item in words; every text of it was written by a stranger. */
export const describedItemSchema = z.object({
  title: z.string().max(describedLimits.title),
  isTitleFilename: z.boolean(),
  description: z.string().max(describedLimits.description),
  tags: z.array(z.string().max(describedLimits.tagCharacters)).max(describedLimits.tags).readonly(),
  /** What models of objects saw, the surest first. */
  seen: z
    .array(
      z.object({
        label: z.string().max(describedLimits.tagCharacters),
        confidence: z.number().min(0).max(1.001),
        firstSeconds: seconds,
      }),
    )
    .max(describedLimits.seen)
    .readonly(),
  said: linesSchema,
  shown: linesSchema,
  technical: z.object({
    kind: z.string().max(20),
    durationSeconds: seconds.nullable(),
    width: z.int().min(0).nullable(),
    height: z.int().min(0).nullable(),
    hasSound: z.boolean(),
  }),
});
export type DescribedItem = Readonly<z.infer<typeof describedItemSchema>>;

/** What of an item is asked for, and which names an answer may have. */
export const metadataRequestSchema = z.object({ item: describedItemSchema, lists: closedListsSchema });
export type MetadataRequest = Readonly<z.infer<typeof metadataRequestSchema>>;
