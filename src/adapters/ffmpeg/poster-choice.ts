/** Grey pictures are compared at this size: enough to tell a scene from black, a title card or a flash. */
export const miniature = { width: 32, height: 18 } as const;

/** Contrast of a grey picture: its standard deviation, 0..127. Black, white and plain frames have next to none. */
export function contrastOf(grey: Uint8Array): number {
  if (grey.length === 0) return 0;
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const variance = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length;
  return Math.sqrt(variance);
}

const goodContrast = 30;
/** Where the story has begun and gives nothing away. */
const usualPlace = 0.1;

/** Shares of a video's length at which a poster is looked for, the best first. */
export const posterPlaces = [0.1, 0.15, 0.05, 0.2, 0.3, 0.4, 0.55, 0.75] as const;

/** What a picture at this place can score at the most: of two that are clear enough, the one nearer to the usual place is taken. */
export const mostAtPlace = (place: number): number => 1 - Math.abs(place - usualPlace) * 0.5;

/** Up to 1, for a picture that is clear and at the usual place. Contrast beyond what is clear counts no more. */
export const posterScore = (grey: Uint8Array, place: number): number =>
  mostAtPlace(place) - 1 + Math.min(1, contrastOf(grey) / goodContrast);
