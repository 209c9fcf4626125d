import { z } from 'zod';
import { type KnownTaxonomy, type TaxonomyReader, taxonomyViews } from '../core/readers/taxonomy.js';
import { endpoint } from '../http/endpoint.js';

const entries = z.array(z.object({ name: z.string(), aliases: z.array(z.string()) }));

export const shownTaxonomySchema = z.object({
  version: z.string().describe('What its authors call it'),
  hash: z.string().describe('sha256 of what it says: two with the same hash are the same'),
  source: z.enum(['built-in', 'operator']),
  changedAt: z.string().nullable(),
  tags: entries,
  genres: entries,
});
export type ShownTaxonomy = z.infer<typeof shownTaxonomySchema>;

/** `builtIn` is in force where no operator has said anything. */
export const taxonomyQueries = (taxonomy: TaxonomyReader, builtIn: Omit<KnownTaxonomy, 'changedAt'>) => [
  endpoint({
    method: 'GET',
    path: '/v1/taxonomy',
    summary: 'Which tags and genres may be suggested for items',
    tag: 'media',
    access: 'public',
    views: taxonomyViews.current,
    success: { status: 200, description: 'What is in force', schema: shownTaxonomySchema },
    async handle() {
      const current = await taxonomy.current();
      if (current) return { body: { ...current, source: 'operator' } };
      const { version, hash, tags, genres } = builtIn;
      return { body: { version, hash, source: 'built-in', changedAt: null, tags, genres } };
    },
  }),
];
