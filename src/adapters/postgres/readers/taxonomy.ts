import type { KnownTaxonomy, TaxonomyReader } from '../../../core/readers/taxonomy.js';
import type { ReadDatabase } from './read-database.js';

interface TaxonomyRow extends Omit<KnownTaxonomy, 'changedAt'> {
  readonly changed_at: Date;
}

export const createTaxonomyReader = (database: ReadDatabase): TaxonomyReader => ({
  async current() {
    const [row] = await database.query<TaxonomyRow>(
      'select version, hash, tags, genres, changed_at from taxonomy',
      [],
    );
    if (!row) return undefined;
    const { changed_at, ...taxonomy } = row;
    return { ...taxonomy, changedAt: changed_at.toISOString() };
  },
});
