import { likeness, type NeighbourParameters } from './likeness.ts';

/** By how many people each item is cared for, and each two of them together: kept up event by event. */
export interface PairCounts {
  readonly people: Map<string, number>;
  readonly together: Map<string, Map<string, number>>;
}

export const noPairs = (): PairCounts => ({ people: new Map(), together: new Map() });

/**
 * Counts that somebody cares for an item for the first time, who cared for these before; changes `counts`. Whole numbers, so
 * that they come out the same in whatever order people and items come. What is left out of `before` stays uncounted: a
 * caller bounds by that what an event costs.
 */
export function countFirst(counts: PairCounts, itemId: string, before: readonly string[]): void {
  raise(counts.people, itemId);
  for (const other of before) {
    if (other === itemId) continue;
    raise(partnersOf(counts, itemId), other);
    raise(partnersOf(counts, other), itemId);
  }
}

const raise = (counts: Map<string, number>, id: string): void => {
  counts.set(id, (counts.get(id) ?? 0) + 1);
};

function partnersOf({ together }: PairCounts, itemId: string): Map<string, number> {
  const known = together.get(itemId);
  if (known) return known;
  const partners = new Map<string, number>();
  together.set(itemId, partners);
  return partners;
}

export interface Neighbour {
  readonly itemId: string;
  readonly likeness: number;
}

/** The items most like one by who cares for both, the nearest first; of equal ones in the order of their ids. */
export function nearestOf(
  { people, together }: PairCounts,
  itemId: string,
  parameters: Pick<NeighbourParameters, 'neighbours' | 'shrinkage'>,
): Neighbour[] {
  const own = people.get(itemId) ?? 0;
  return [...(together.get(itemId) ?? [])]
    .map(([other, both]) => ({
      itemId: other,
      likeness: likeness(both, own, people.get(other) ?? 0, parameters),
    }))
    .sort((a, b) => b.likeness - a.likeness || (a.itemId < b.itemId ? -1 : 1))
    .slice(0, parameters.neighbours);
}
