import { seededRandom, shuffled } from '../../core/seeded-random.ts';

/** Places in `parts` groups by chance of a seed, of either side as many in each: however few there are, each has some. */
export function inParts(
  isPositive: readonly boolean[],
  among: readonly number[],
  parts: number,
  seed: number,
): number[][] {
  const groups = Array.from({ length: parts }, (): number[] => []);
  const random = seededRandom(seed);
  for (const side of [true, false]) {
    const ofSide = shuffled(
      among.filter((place) => isPositive[place] === side),
      random,
    );
    for (const [index, place] of ofSide.entries()) groups[index % parts]?.push(place);
  }
  return groups.map((group) => group.toSorted((a, b) => a - b));
}
