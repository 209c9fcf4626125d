import type { ClosedLists } from '../closed-list.js';
import type { Instant } from '../time.js';
import type { ViewsRead } from './views-read.js';

export interface KnownTaxonomy extends ClosedLists {
  readonly version: string;
  readonly hash: string;
  readonly changedAt: Instant;
}

export interface TaxonomyReader {
  /** As an operator said last; undefined where nobody has. */
  current(): Promise<KnownTaxonomy | undefined>;
}

export const taxonomyViews = { current: ['taxonomy'] } as const satisfies ViewsRead<TaxonomyReader>;
