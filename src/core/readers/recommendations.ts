import type { JsonObject } from '../json.js';
import type { ListType } from '../list-type.js';
import type { MediaKind } from '../media-kind.js';
import type { Position } from '../position.js';
import type { Instant } from '../time.js';
import type { ViewsRead } from './views-read.js';

export interface RecommendedItem {
  readonly mediaId: string;
  readonly title: string;
  /** Null of what no probe has told the kind of. */
  readonly type: MediaKind | null;
  readonly score: number;
  /** For the viewer to read. */
  readonly reason: string;
  /** Of the item that says most for this one, while that may be shown. */
  readonly becauseTitle: string | null;
}

/** The newest list of a type, or of those for which nobody named one. */
export type ListAsked = ListType | 'own';

export interface RecommendationList {
  readonly requestId: string;
  /** What it is of; null of one made by a release in which that was not told. */
  readonly type: ListType | null;
  /** Name and version of what ranked it. */
  readonly ranking: JsonObject;
  readonly generatedAt: Instant;
  readonly items: readonly RecommendedItem[];
  /** Ids of all items it was made with or because of, in no order: those that are left out now too. */
  readonly names: readonly string[];
}

export interface RecommendationRequest {
  readonly userId: string;
  readonly status: 'queued' | 'done' | 'failed';
  /** What was asked for, or what was chosen where nothing was: null until then. */
  readonly type: ListType | null;
  /** Empty until it is done. */
  readonly items: readonly RecommendedItem[];
  readonly ranking: JsonObject | null;
  /** Of the last attempt; null once it is done. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly requestedAt: Instant;
  /** Null unless it waits to be tried again. */
  readonly retryAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Of the event that ended it. */
  readonly position: Position | null;
}

/** Items are in their ranking, less what is not published any more, and what the viewer has seen by now. */
export interface RecommendationsReader {
  /** Undefined for a viewer for whom no such list was ever made. */
  newestList(userId: string, asked: ListAsked): Promise<RecommendationList | undefined>;
  /** Undefined where there is no such request. */
  request(requestId: string): Promise<RecommendationRequest | undefined>;
}

export const recommendationsViews = {
  newestList: ['recommendations', 'viewer-activity', 'media-library'],
  request: ['recommendations', 'viewer-activity', 'media-library'],
} as const satisfies ViewsRead<RecommendationsReader>;
