import type { ListType } from '../list-type.js';
import type { MediaKind } from '../media-kind.js';
import type { ViewsRead } from './views-read.js';

/** The longest list there is. */
export const MAXIMUM_TRENDING = 100;
/** What one play is worth after a fortnight; less is no interest. */
export const LEAST_TRENDING_SCORE = 2 ** -14;

export interface TrendingItem {
  readonly mediaId: string;
  readonly title: string;
  /** Null of what no probe has told the kind of. */
  readonly type: MediaKind | null;
  /** Present interest, of which a play has just added 1: see `fading-interest`. */
  readonly score: number;
}

/** Published items of a type that are watched and liked now, up to `limit` (at most MAXIMUM_TRENDING); highest score first, then by id. */
export interface TrendingReader {
  highest(type: ListType, limit: number): Promise<readonly TrendingItem[]>;
  /** Those of them that this viewer has done nothing with. */
  highestUnseen(userId: string, type: ListType, limit: number): Promise<readonly TrendingItem[]>;
}

export const trendingViews = {
  highest: ['trending', 'media-library'],
  highestUnseen: ['trending', 'media-library', 'viewer-activity'],
} as const satisfies ViewsRead<TrendingReader>;
