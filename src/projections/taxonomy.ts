import type { Projection } from '../core/projection.js';
import type { TaxonomyEvent } from '../domain/taxonomy/taxonomy.js';

/** What may be suggested for items, as an operator said last; no row before that. */
export const taxonomy: Projection<TaxonomyEvent> = {
  name: 'taxonomy',
  version: 1,
  tables: { taxonomy: ['name'] },
  on: {
    TaxonomyChanged: ({ data: { version, hash, tags, genres }, metadata }) => [
      {
        put: 'taxonomy',
        key: { name: 'all' },
        row: { version, hash, tags, genres, changed_at: metadata.occurredAt },
      },
    ],
  },
};
