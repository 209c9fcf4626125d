import type { TextOrigin } from '../found-text.js';
import type { MediaKind } from '../media-kind.js';
import type { Instant } from '../time.js';
import type { SearchTerms } from './search-terms.js';
import type { ViewsRead } from './views-read.js';

/** Which items; everything that is given has to hold. Of any, only what is published is found. */
export interface SearchFilter {
  readonly type?: MediaKind | undefined;
  /** Given or detected, in this very spelling. */
  readonly tag?: string | undefined;
  /** In two letters, as it is heard in the item, or as one of its texts is written. */
  readonly language?: string | undefined;
  readonly shortestSeconds?: number | undefined;
  readonly longestSeconds?: number | undefined;
  readonly publishedFrom?: Instant | undefined;
  /** Before this one. */
  readonly publishedUntil?: Instant | undefined;
}

/** Where a hit stands in the order of its search. */
export interface HitPlace {
  readonly score: number;
  readonly mediaId: string;
}

/** Where a page of hits ended: the last of them, and the moment of the first page, of which the order is. */
export interface PageEnd extends HitPlace {
  readonly asOf: Instant;
}

/** A part of a text: what was searched for, or what stands around it. */
export interface HighlightPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A text of an item in which something of what was searched for is. */
export interface Highlight {
  readonly in: 'title' | 'description' | TextOrigin;
  /** When it is said or shown; null of what is not timed. */
  readonly atSeconds: number | null;
  /** In two letters where it is known; null of what people wrote. */
  readonly language: string | null;
  readonly parts: readonly HighlightPart[];
}

export interface SearchHit extends HitPlace {
  /** The title and the description before what is timed, and of that the best first. */
  readonly highlights: readonly Highlight[];
}

/** A word that nothing has, and what was searched for instead. */
export interface Correction {
  readonly typed: string;
  readonly as: readonly string[];
}

export interface FoundMedia {
  /** The best first. */
  readonly hits: readonly SearchHit[];
  readonly nextAfter: PageEnd | null;
  readonly corrections: readonly Correction[];
}

export interface MediaSearchReader {
  /**
   * Published items that have what is searched for, in whichever of their texts: words as they are written, without regard to case and
   * accents, and by their stems in the text's language. Words that say nothing may be missing, and of a word that no item has, those of titles and tags stand in
   * that are like it.
   */
  find(
    terms: SearchTerms,
    page: { readonly filter: SearchFilter; readonly after: PageEnd | null; readonly limit: number },
  ): Promise<FoundMedia>;
  /** Other published items that share rare words of an item's title, tags and description, the most alike first; none of an item that shares none. */
  like(mediaId: string, limit: number): Promise<readonly HitPlace[]>;
}

export const mediaSearchViews = {
  find: ['media-library', 'media-search'],
  like: ['media-library', 'media-search'],
} as const satisfies ViewsRead<MediaSearchReader>;
