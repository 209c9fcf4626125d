import type { Position } from './position.js';

/** What the recommender is told about the world; read from the views, never from streams. */
export interface RecommendationSource {
  /**
   * Published items with their tags and popularity, and the tastes that bear on this viewer, as they are when everything
   * up to `after` is known. Throws unavailable `view_behind` or `view_rebuilding` when that takes too long.
   */
  read(
    userId: string,
    options?: { readonly after?: Position | undefined; readonly signal?: AbortSignal },
  ): Promise<{
    readonly candidates: readonly {
      readonly mediaId: string;
      readonly title: string;
      readonly tags: readonly string[];
      readonly popularity: number;
    }[];
    readonly tastes: readonly {
      readonly userId: string;
      readonly mediaId: string;
      readonly weight: number;
    }[];
  }>;
}
