import { EMBEDDED_BYTES, toBytes } from '../../src/core/embeddings/project.js';
import { seededRandom } from '../../src/core/seeded-random.js';
import type { Examples } from '../../src/recommender/decisions/head.js';

/** Vectors of pictures on which people decided: those they rejected deviate from the others along one direction. */
export function decidedPictures({
  each,
  approved = each,
  mistakes = 0,
  seed = 1,
  width = 2 * EMBEDDED_BYTES,
}: {
  /** How many were rejected, and approved unless told otherwise. */
  readonly each: number;
  readonly approved?: number;
  /** Share of the decisions that are turned round. */
  readonly mistakes?: number;
  readonly seed?: number;
  readonly width?: number;
}): Examples {
  const direction = seededRandom(4711);
  const towards = Array.from({ length: width }, () => direction() - 0.5);
  const random = seededRandom(seed);
  // As far apart however many numbers there are.
  const shift = 0.02 * Math.sqrt((2 * EMBEDDED_BYTES) / width);
  const count = approved + each;
  const vectors = new Uint8Array(count * width);
  const isRejected: boolean[] = [];
  for (let place = 0; place < count; place++) {
    const isLike = place >= approved;
    const values = towards.map((along) => (random() - 0.5) * 0.2 + (isLike ? along : -along) * shift);
    vectors.set(toBytes(values), place * width);
    isRejected.push(random() < mistakes ? !isLike : isLike);
  }
  return {
    mediaIds: isRejected.map((_, place) => `m${String(place).padStart(4, '0')}`),
    ...{ isRejected, vectors, space: 'made up' },
  };
}
