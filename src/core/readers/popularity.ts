import type { ListType } from '../list-type.js';
import type { MediaKind } from '../media-kind.js';
import type { Instant } from '../time.js';
import type { ViewsRead } from './views-read.js';

export interface PopularItem {
  readonly mediaId: string;
  /** Null of what no probe has told the kind of. */
  readonly type: MediaKind | null;
  /** Given ones, then detected ones. */
  readonly tags: readonly string[];
  /** How many people care for it, each counted once, however often they came back. */
  readonly people: number;
  readonly publishedAt: Instant | null;
}

/** What may be said of a published item to whoever is to order a list. */
export interface DescribedItem {
  readonly mediaId: string;
  readonly title: string;
  /** Given ones, then detected ones. */
  readonly tags: readonly string[];
}

export interface PopularityReader {
  /**
   * Up to `limit` published items of a type: where there are more, those that the most was done with, and the newest where
   * that is the same.
   */
  mostPopular(type: ListType, limit: number): Promise<readonly PopularItem[]>;
  /** Changes whenever what is published of a type does, or what is told of it; who cares for it is not in it. */
  standing(type: ListType): Promise<string>;
  /** Those of these items that are published. */
  published(mediaIds: readonly string[]): Promise<readonly string[]>;
  /** The same with their words, in no order. */
  describedOf(mediaIds: readonly string[]): Promise<readonly DescribedItem[]>;
}

export const popularityViews = {
  mostPopular: ['popularity', 'media-library', 'viewer-activity'],
  standing: ['media-library'],
  published: ['media-library'],
  describedOf: ['media-library'],
} as const satisfies ViewsRead<PopularityReader>;
