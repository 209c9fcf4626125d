import { z } from 'zod';
import { closedListLimits, listEntrySchema } from '../../core/closed-list.js';
import { contentHash } from '../../core/content-hash.js';
import type { JsonObject } from '../../core/json.js';

/** One event holds all of it, and each question to a model. */
const MOST_BYTES = 128 * 1024;

/** Whether a name stands twice is told of the second. */
const entriesSchema = (most: number) =>
  z
    .array(listEntrySchema)
    .min(1)
    .max(most)
    .superRefine((entries, context) => {
      const seen = new Set<string>();
      entries.forEach(({ name }, index) => {
        const folded = name.toLowerCase();
        if (seen.has(folded))
          context.addIssue({ code: 'custom', path: [index, 'name'], message: 'stands in the list already' });
        seen.add(folded);
      });
    });

/** The taxonomy as an operator writes it: which tags and genres may be suggested for items, and no others. */
export const taxonomyDocumentSchema = z
  .strictObject({
    version: z.string().trim().min(1).max(100).describe('What its authors call it'),
    tags: entriesSchema(closedListLimits.tags).describe(
      'Names that items may be tagged with, each with other words for the same (`aliases`): what people write, and what models of objects say',
    ),
    genres: entriesSchema(closedListLimits.genres).describe('Of which an item has one at most'),
  })
  .refine((document) => Buffer.byteLength(JSON.stringify(document)) <= MOST_BYTES, {
    error: `may have ${MOST_BYTES} bytes at most`,
  });
export type TaxonomyDocument = z.infer<typeof taxonomyDocumentSchema>;

/** Which taxonomy a value is of: what its authors call it, and the hash of what it says. */
export const taxonomyReferenceSchema = z.object({ version: z.string(), hash: z.string() });
export type TaxonomyReference = z.infer<typeof taxonomyReferenceSchema>;

export interface Taxonomy extends TaxonomyDocument {
  /** sha256 of all it says, whatever its version is called. */
  readonly hash: string;
}

export const taxonomyOf = (document: TaxonomyDocument): Taxonomy => ({
  ...document,
  hash: contentHash(document as unknown as JsonObject),
});
