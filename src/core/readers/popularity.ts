import type { ListType } from '../list-type.js';
import type { MediaKind } from '../media-kind.js';
import type { ViewsRead } from './views-read.js';

export interface PopularItem {
  readonly mediaId: string;
  /** Null of what no probe has told the kind of. */
  readonly type: MediaKind | null;
  /** Given ones, then detected ones. */
  readonly tags: readonly string[];
  /** How much everybody cares for it: 0 for what nobody cares for, and for what is disliked. */
  readonly popularity: number;
}

export interface PopularityReader {
  /** Up to `limit` published items of a type, the most popular first, and the newest first where that is the same. */
  mostPopular(type: ListType, limit: number): Promise<readonly PopularItem[]>;
}

export const popularityViews = {
  mostPopular: ['popularity', 'media-library'],
} as const satisfies ViewsRead<PopularityReader>;
