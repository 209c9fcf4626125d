/** What the recommender is told about the world; read from the views, never from streams. */
export interface RecommendationSource {
  /** Published items with their tags and popularity, and the tastes that bear on this viewer. */
  read(userId: string): Promise<{
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
