import type { MediaKind } from '../media-kind.js';

/** What a film's frames have to have in common: one scene may be in many films. */
const LEAST_FRAMES = 3;

/** How many of an item's looks another one has to have. Infinite of what nothing can be said of. Pure. */
export function frameMatchesNeeded(kind: MediaKind, looks: number): number {
  if (looks === 0) return Number.POSITIVE_INFINITY;
  if (kind === 'image') return 1;
  return looks < LEAST_FRAMES ? Number.POSITIVE_INFINITY : Math.max(LEAST_FRAMES, Math.ceil(looks / 2));
}
