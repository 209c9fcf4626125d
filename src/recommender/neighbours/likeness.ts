export interface NeighbourParameters {
  /** So many of each item are kept. */
  readonly neighbours: number;
  /** Keeps a pair that two people happened to care for from looking like a law: in votes. */
  readonly shrinkage: number;
  /** 0: everybody's vote counts alike. 1: everybody has one vote in all, which is shared among what they care for. */
  readonly viewerExponent: number;
}

/** What one vote of somebody counts who cares for so many items. */
export const voteOf = (
  items: number,
  { viewerExponent }: Pick<NeighbourParameters, 'viewerExponent'>,
): number => items ** -viewerExponent;

/** How alike two items are, 0 to 1, of the votes for both and of those for each. */
export const likeness = (
  both: number,
  one: number,
  other: number,
  { shrinkage }: Pick<NeighbourParameters, 'shrinkage'>,
): number => both / (Math.sqrt(one * other) + shrinkage);
