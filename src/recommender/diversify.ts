export interface DiversityParameters {
  /** 1: the plain ranking. The less, the more an item counts for being unlike those above it, and less known than others. */
  readonly relevance: number;
  /** How much an item's being known by everybody counts beside its being like one above it. */
  readonly novelty: number;
  /** So many of the best are chosen from. */
  readonly pool: number;
}

/** An item of the ranking, the best first. */
export interface Ranked {
  readonly place: number;
  readonly score: number;
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): from the best of a ranking takes in turn what is most
 * relevant and least like anything taken before, and beside that less known than others; so that lists are not
 * all of one thing, nor all people's lists of the same.
 *
 * @param likeness of two items by their places, 0 to 1
 * @param popularity of an item by its place, 0 to 1
 */
export function diversify(
  ranking: readonly Ranked[],
  limit: number,
  { relevance, novelty, pool }: DiversityParameters,
  likeness: (one: number, other: number) => number,
  popularity: (place: number) => number,
): Ranked[] {
  if (relevance === 1) return ranking.slice(0, limit);
  const left = ranking.slice(0, Math.max(pool, limit));
  const scale = Math.max(Math.abs(left[0]?.score ?? 0), Math.abs(left.at(-1)?.score ?? 0)) || 1;
  const worth = left.map(
    ({ score, place }) => (relevance * score) / scale - (1 - relevance) * novelty * popularity(place),
  );
  const alike = left.map(() => 0);
  const taken: Ranked[] = [];
  while (taken.length < limit && taken.length < left.length) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (const [index, value] of worth.entries()) {
      const marginal = value - (1 - relevance) * (alike[index] as number);
      if (marginal <= most) continue;
      most = marginal;
      best = index;
    }
    const chosen = left[best] as Ranked;
    taken.push(chosen);
    worth[best] = Number.NEGATIVE_INFINITY;
    for (const [index, { place }] of left.entries())
      if (worth[index] !== Number.NEGATIVE_INFINITY)
        alike[index] = Math.max(alike[index] as number, likeness(chosen.place, place));
  }
  return taken;
}
