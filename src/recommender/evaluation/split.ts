import { seededRandom, shuffled } from '../../core/seeded-random.ts';
import type { Interaction } from '../interactions.js';

export interface Split {
  readonly train: readonly Interaction[];
  readonly heldOut: readonly Interaction[];
}

/**
 * Holds a share of every viewer's interactions out, chosen by the seed alone, in whatever order they come; of whoever has
 * too few for one, nothing.
 */
export function splitByViewer(interactions: readonly Interaction[], share: number, seed: number): Split {
  const random = seededRandom(seed);
  const train: Interaction[] = [];
  const heldOut: Interaction[] = [];
  const byViewer = Map.groupBy(interactions, ({ viewerId }) => viewerId);
  for (const viewerId of [...byViewer.keys()].sort()) {
    const own = byViewer.get(viewerId) ?? [];
    const mixed = shuffled(
      own.toSorted((a, b) => (a.itemId < b.itemId ? -1 : 1)),
      random,
    );
    const count = Math.floor(own.length * share);
    heldOut.push(...mixed.slice(0, count));
    train.push(...mixed.slice(count));
  }
  return { train, heldOut };
}
