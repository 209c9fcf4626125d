import { z } from 'zod';
import type { Aggregate } from '../../core/aggregate.js';
import type { Command } from '../../core/decider.js';
import type { EventDefinitions, EventOf } from '../../core/event.js';
import { builtInTaxonomy } from './built-in-taxonomy.js';
import { type Taxonomy, type TaxonomyDocument, taxonomyOf } from './taxonomy-document.js';

const entries = z.array(z.object({ name: z.string(), aliases: z.array(z.string()) }));

export const taxonomyEvents = {
  TaxonomyChanged: {
    summary: 'From now on these tags and genres may be suggested for items, and no others.',
    version: 1,
    schema: z.object({
      version: z.string().describe('What its authors call it'),
      hash: z.string().describe('sha256 of what it says'),
      tags: entries,
      genres: entries,
    }),
  },
} as const satisfies EventDefinitions;

export type TaxonomyEvent = EventOf<typeof taxonomyEvents>;
export type TaxonomyCommand = Command<'SetTaxonomy', { readonly document: TaxonomyDocument }>;

/** There is one for all. */
export const TAXONOMY_STREAM = 'taxonomy-all';

/** What is in force after these events; what ships with the product before there are any. */
export const taxonomyAfter = (events: readonly TaxonomyEvent[]): Taxonomy =>
  events.at(-1)?.data ?? builtInTaxonomy;

/** What may be said of items, as an operator has it. Its state is the hash of what is in force. */
export const taxonomy: Aggregate<string, TaxonomyCommand, TaxonomyEvent> = {
  name: 'taxonomy',
  decider: {
    initialState: builtInTaxonomy.hash,
    decide({ data }, inForce) {
      const changed = taxonomyOf(data.document);
      return changed.hash === inForce ? [] : [{ type: 'TaxonomyChanged', data: changed }];
    },
    evolve: (_, { data }) => data.hash,
  },
  events: taxonomyEvents,
  commandTypes: ['SetTaxonomy'],
  streamOf: () => TAXONOMY_STREAM,
  needsState: true,
};
