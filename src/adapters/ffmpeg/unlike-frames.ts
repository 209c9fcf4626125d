import type { RgbImage } from '../../core/video-tools.js';

/** What a picture looks like from afar: colours of 16 × 9 cells, each the mean of a few points. */
export type Signature = Float32Array;

const cells = { columns: 16, rows: 9 } as const;
const pointsAside = 3;

export function signatureOf({ width, height, pixels }: RgbImage): Signature {
  const signature = new Float32Array(cells.columns * cells.rows * 3);
  const [columns, rows] = [cells.columns * pointsAside, cells.rows * pointsAside];
  for (let row = 0; row < rows; row += 1) {
    const y = Math.floor(((row + 0.5) * height) / rows);
    for (let column = 0; column < columns; column += 1) {
      const x = Math.floor(((column + 0.5) * width) / columns);
      const cell = Math.floor(row / pointsAside) * cells.columns + Math.floor(column / pointsAside);
      for (let colour = 0; colour < 3; colour += 1) {
        const at = cell * 3 + colour;
        const value = pixels[(y * width + x) * 3 + colour] ?? 0;
        signature[at] = (signature[at] ?? 0) + value / pointsAside ** 2;
      }
    }
  }
  return signature;
}

/** Mean difference of the colours, 0..255. */
export function distance(one: Signature, other: Signature): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1)
    sum += Math.abs((one[index] ?? 0) - (other[index] ?? 0));
  return sum / one.length;
}

/** Frames nearer than this show the same scene. */
const anotherScene = 16;

/**
 * Up to `count` of the candidates (their indexes) that look least like what was seen: always the one farthest from all
 * that were seen or taken, until none is a scene of its own (farthest-first traversal, Gonzalez 1985). Many cuts between
 * the same few pictures use up a few places, not all. Pure.
 */
export function mostUnlike(
  seen: readonly Signature[],
  candidates: readonly Signature[],
  count: number,
): readonly number[] {
  const taken: number[] = [];
  const nearest = candidates.map((candidate) =>
    seen.reduce(
      (least, signature) => Math.min(least, distance(candidate, signature)),
      Number.POSITIVE_INFINITY,
    ),
  );
  while (taken.length < count) {
    const farthest = nearest.reduce((best, value, index) => (value > (nearest[best] ?? 0) ? index : best), 0);
    const chosen = candidates[farthest];
    if (!chosen || (nearest[farthest] ?? 0) < anotherScene) break;
    taken.push(farthest);
    for (const [index, candidate] of candidates.entries())
      nearest[index] = Math.min(nearest[index] ?? 0, distance(candidate, chosen));
  }
  return taken;
}
