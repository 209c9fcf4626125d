import { z } from 'zod';

export const closedListLimits = { nameCharacters: 60, aliases: 20, tags: 400, genres: 100 };

/** Words for people: no markup, no address, nothing that is not seen. */
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} '’&+.,()-]*$/u;

const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(closedListLimits.nameCharacters)
  .regex(PLAIN, 'has to be letters, figures and blanks');

/** A name that may be given to items, and other words for the same: what models and people call it. */
export const listEntrySchema = z.strictObject({
  name: nameSchema,
  aliases: z.array(nameSchema).max(closedListLimits.aliases).default([]),
});
export type ListEntry = Readonly<z.infer<typeof listEntrySchema>>;

/** The names that may be given, and no others. */
export const closedListsSchema = z
  .strictObject({
    tags: z.array(listEntrySchema).max(closedListLimits.tags),
    genres: z.array(listEntrySchema).max(closedListLimits.genres),
  })
  .readonly();
export type ClosedLists = z.infer<typeof closedListsSchema>;
