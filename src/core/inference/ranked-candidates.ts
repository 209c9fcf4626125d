import { z } from 'zod';

/** How much a model is shown of a list that it is to order. */
export const rankLimits = { candidates: 30, liked: 12, titleCharacters: 120, tags: 10, tagCharacters: 40 };

const describedSchema = z
  .object({
    title: z.string().max(rankLimits.titleCharacters),
    tags: z.array(z.string().max(rankLimits.tagCharacters)).max(rankLimits.tags).readonly(),
  })
  .readonly();
/** All that is told of an item: words that strangers wrote, and nothing that says which it is. */
export type RankedItem = z.infer<typeof describedSchema>;

/** A list that was chosen already, the best first, and what somebody liked, who is not named. */
export const rankRequestSchema = z.object({
  liked: z.array(describedSchema).max(rankLimits.liked).readonly(),
  candidates: z.array(describedSchema).max(rankLimits.candidates).readonly(),
});
export type RankRequest = Readonly<z.infer<typeof rankRequestSchema>>;

/** Far more than any list has: what is said twice, or of nothing in the list, is left out when the answer is held to it. */
const MAXIMUM_SAID = 1000;

/** Places in the list of candidates, from 0, the best first. */
export const rankAnswerSchema = z.object({ order: z.array(z.int()).max(MAXIMUM_SAID).readonly() });

/**
 * An order of all of the list, whatever was answered: places outside of it or said before are dropped, and what is not named keeps its place.
 * So nothing comes onto a list by it, and nothing leaves it. Pure.
 */
export function heldOrder(said: readonly number[], count: number): readonly number[] {
  const named = [...new Set(said)].filter((place) => Number.isInteger(place) && place >= 0 && place < count);
  const isNamed = new Set(named);
  let next = 0;
  return Array.from({ length: count }, (_, place) =>
    isNamed.has(place) ? (named[next++] as number) : place,
  );
}
