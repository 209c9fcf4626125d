import fc from 'fast-check';
import { seededRandom } from '../../src/core/seeded-random.js';
import type { Interaction } from '../../src/recommender/interactions.js';

/** Of each viewer what they cared for, as in `{ ada: 'a b c' }`. */
export const history = (liked: Readonly<Record<string, string>>, weight = 1): Interaction[] =>
  Object.entries(liked).flatMap(([viewerId, items]) =>
    items.split(' ').map((itemId) => ({ viewerId, itemId, weight })),
  );

/** Viewers of one of two groups of items, who now and then see something of the other: `a0 … a9` and `b0 … b9`. */
export function twoGroups(viewerCount: number, seed = 1): Interaction[] {
  const random = seededRandom(seed);
  return Array.from({ length: viewerCount }, (_, viewer) =>
    Array.from({ length: 6 }, () => {
      const isOwn = random() < 0.9;
      const group = (viewer % 2 === 0) === isOwn ? 'a' : 'b';
      return { viewerId: `v${viewer}`, itemId: `${group}${Math.floor(random() * 10)}`, weight: 1 };
    }),
  ).flat();
}

/** A few viewers and items, in any order, some more than once. */
export const anyHistory: fc.Arbitrary<Interaction[]> = fc.array(
  fc.record({
    viewerId: fc.constantFrom('ada', 'ben', 'cleo', 'dora', 'emil'),
    itemId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    weight: fc.constantFrom(0.25, 0.5, 1),
  }),
  { minLength: 1, maxLength: 40 },
);
