/** What a viewer has done with an item in all. */
export interface ViewerDoings {
  readonly plays: number;
  readonly completes: number;
  readonly likes: number;
  readonly dislikes: number;
  /** The last share watched that was told, 0 to 1. */
  readonly progress: number | null;
  /** 0 to 5. */
  readonly rating: number | null;
}

export const NOTHING_DONE: ViewerDoings = {
  ...{ plays: 0, completes: 0, likes: 0, dislikes: 0 },
  ...{ progress: null, rating: null },
};

/**
 * How much a viewer cared for an item: the sum of 0.3 a play (of three at most), 1 an ending, 1.5 a like, -2 a dislike, 0.5
 * for all of it watched, and from -1.5 for the lowest rating to 1.5 for the highest.
 */
export const tasteOf = ({ plays, completes, likes, dislikes, progress, rating }: ViewerDoings): number =>
  0.3 * Math.min(plays, 3) +
  completes +
  1.5 * likes -
  2 * dislikes +
  0.5 * (progress ?? 0) +
  (rating === null ? 0 : ((rating - 2.5) / 2.5) * 1.5);
