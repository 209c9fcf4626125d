import type { KnownTaxonomy, TaxonomyReader } from '../../../src/core/readers/taxonomy.js';
import type { RowsOf } from './index.js';

export const createTaxonomyReader = (rowsOf: RowsOf): TaxonomyReader => ({
  async current() {
    const [row] = rowsOf('taxonomy');
    return row && toTaxonomy(row);
  },
});

const toTaxonomy = ({ version, hash, tags, genres, changed_at }: ReturnType<RowsOf>[number]) =>
  ({ version, hash, tags, genres, changedAt: changed_at }) as unknown as KnownTaxonomy;
