/** Grey pictures are compared at this size: enough to tell a scene from black, a title card or a flash. */
export const miniature = { width: 32, height: 18 } as const;

/** Contrast of a grey picture: its standard deviation, 0..127. Black, white and plain frames have next to none. */
export function contrastOf(grey: Uint8Array): number {
  if (grey.length === 0) return 0;
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const variance = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length;
  return Math.sqrt(variance);
}

const goodContrast = 40;
const usualPlace = 0.1;

/**
 * Index of the miniature that makes the best poster: clear enough, and near a tenth of the way in, where the story has
 * begun and gives nothing away. Contrast beyond what is clear counts no more.
 */
export function choosePoster(miniatures: readonly Uint8Array[]): number {
  const score = (grey: Uint8Array, index: number) => {
    const place = (index + 0.5) / miniatures.length;
    return Math.min(1, contrastOf(grey) / goodContrast) - Math.abs(place - usualPlace) * 0.5;
  };
  const scores = miniatures.map(score);
  return Math.max(0, scores.indexOf(Math.max(...scores)));
}
