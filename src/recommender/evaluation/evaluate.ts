import type { Interaction } from '../interactions.js';
import { coverage, mean, ndcg, recall } from './measures.ts';

/** How good lists are for those who had something held out, in the mean. */
export interface Evaluation {
  readonly viewers: number;
  readonly ndcgAt10: number;
  readonly recallAt20: number;
  /** Which part of the catalogue is among anybody's first ten. */
  readonly coverageAt10: number;
}

/** Compares the list of twenty of each viewer with what was held out of their history. */
export function evaluate(
  heldOut: readonly Interaction[],
  catalogueSize: number,
  listFor: (viewerId: string) => readonly string[],
): Evaluation {
  const scored = [...Map.groupBy(heldOut, ({ viewerId }) => viewerId)].map(([viewerId, own]) => {
    const wanted = new Set(own.map(({ itemId }) => itemId));
    const list = listFor(viewerId);
    return { list, ndcg: ndcg(list, wanted, 10), recall: recall(list, wanted, 20) };
  });
  return {
    viewers: scored.length,
    ndcgAt10: mean(scored.map((each) => each.ndcg)),
    recallAt20: mean(scored.map((each) => each.recall)),
    coverageAt10: coverage(
      scored.map(({ list }) => list),
      catalogueSize,
      10,
    ),
  };
}
