import { z } from 'zod';
import type { LadderRung } from './media-values.js';

/**
 * Mean difference in a square of 16 × 16 pixels, of 255, up to which nobody sees one. Films that were blown up to their size
 * lose at most so much where they are made smaller by a rung, sharp ones several times that.
 */
export const NOTICEABLE_LEVELS = 2.5;
/**
 * A frame that loses less than that even in the smallest size is flat or black: films that were blown up from 240p lose 1.5 and more, blurred
 * ones 0.9, grey ones and soft gradients at most 0.25. It says nothing of what the others hold.
 */
export const TELLING_LEVELS = 0.5;
/** Of fewer frames nobody can tell that the whole film is soft. */
export const LEAST_TELLING_FRAMES = 3;
/**
 * Up to here rungs are there for narrow links, and cost next to nothing. A film that needs no more pixels than these may well need more
 * bits than they have.
 */
const ALWAYS_KEPT_SHORT_SIDE = 540;
/** As pictures grow, the bits that they need grow by less: the usual rule. */
const BITS_BY_PIXELS = 0.75;

/** What is lost of a picture in the size of its best rung where it is made in that of another. */
export const detailSchema = z.object({
  /** Distinct frames that lose at least `TELLING_LEVELS` in some size. */
  tellingFrames: z.int(),
  rungs: z.array(z.object({ name: z.string(), lostLevels: z.number() })),
});
export type Detail = z.infer<typeof detailSchema>;

export const leftOutRungSchema = z.object({
  name: z.string(),
  why: z.enum(['shows_nothing_more']),
  shownBy: z.string().describe('The rung that shows as much'),
  lostLevels: z
    .number()
    .describe(
      'What of the best rung is lost in that one: the greatest mean difference in any square of 16 × 16 pixels, of 255',
    ),
});
export type LeftOutRung = z.infer<typeof leftOutRungSchema>;

const shortSide = ({ width, height }: LadderRung): number => Math.min(width, height);

/** The rungs that might show as much as the best; none where the ladder is as short as it may be. */
export const rungsToTry = (rungs: readonly LadderRung[]): readonly LadderRung[] =>
  rungs.slice(0, -1).filter((rung) => shortSide(rung) >= ALWAYS_KEPT_SHORT_SIDE);

/**
 * A ladder without the rungs that show nothing more than the one below them, where enough frames tell it. What then is the best has as many
 * bits for what it shows as the best of them had. Pure.
 */
export function shortenLadder(
  rungs: readonly LadderRung[],
  detail: Detail | undefined,
): { readonly rungs: readonly LadderRung[]; readonly leftOut: readonly LeftOutRung[] } {
  const lostIn = (name: string) => detail?.rungs.find((rung) => rung.name === name)?.lostLevels;
  const best = rungs.at(-1);
  const enough = rungsToTry(rungs).find(
    ({ name }) => (lostIn(name) ?? Number.POSITIVE_INFINITY) <= NOTICEABLE_LEVELS,
  );
  const isTold = (detail?.tellingFrames ?? 0) >= LEAST_TELLING_FRAMES;
  if (!best || !enough || !isTold) return { rungs, leftOut: [] };
  const end = rungs.indexOf(enough);
  const pixels = (rung: LadderRung) => rung.width * rung.height;
  const asGood = best.bitrateBps * (pixels(enough) / pixels(best)) ** BITS_BY_PIXELS;
  const bitrateBps = Math.max(enough.bitrateBps, Math.round(asGood));
  const leftOut = rungs.slice(end + 1).map(({ name }) => ({
    ...{ name, why: 'shows_nothing_more' as const, shownBy: enough.name },
    lostLevels: lostIn(enough.name) ?? 0,
  }));
  return {
    rungs: [...rungs.slice(0, end), { ...enough, bitrateBps, peakBitrateBps: bitrateBps * 2 }],
    leftOut,
  };
}
