/** What a model saw in a picture, as it is kept: so many numbers of one byte, from -127 to 127. */
export const EMBEDDED_BYTES = 256;

/** Behind the name of the model: vectors of other projections are not to be compared with these. */
export const PROJECTION = `signs-${EMBEDDED_BYTES}/1`;

/** A number of a vector of length 1 deviates from 0 by a sixteenth; beyond four times that it is cut off. */
const MOST = 4 / Math.sqrt(EMBEDDED_BYTES);
const STEPS = 127;

/**
 * A vector made short by a random projection: lengths are made 1, and likenesses (cosines) stay what they were to within some 0.06. The signs are those of a hash, so
 * that everybody's are the same. Relative imports of what reads this file end in `.ts`.
 */
export function createProjection(dimensions: number): (values: Float32Array) => Uint8Array {
  const signs = Int8Array.from({ length: dimensions * EMBEDDED_BYTES }, (_, place) => signAt(place));
  return (values) => {
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
    const projected = new Float64Array(EMBEDDED_BYTES);
    for (let from = 0; from < dimensions; from++) {
      const value = (values[from] as number) / length;
      for (let to = 0; to < EMBEDDED_BYTES; to++)
        projected[to] = (projected[to] as number) + value * (signs[from * EMBEDDED_BYTES + to] as number);
    }
    return toBytes(projected.map((value) => value / Math.sqrt(EMBEDDED_BYTES)));
  };
}

/** Numbers as they are kept. */
export const toBytes = (values: ArrayLike<number>): Uint8Array =>
  new Uint8Array(
    Int8Array.from(values, (value) => {
      const step = Math.round((value / MOST) * STEPS);
      return Math.max(-STEPS, Math.min(STEPS, step));
    }).buffer,
  );

/** What bytes stand for. */
export const fromBytes = (bytes: Uint8Array): Float64Array =>
  Float64Array.from(bytes, (byte) => (((byte << 24) >> 24) * MOST) / STEPS);

function signAt(place: number): 1 | -1 {
  let mixed = Math.imul(place + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) & 1) === 0 ? 1 : -1;
}
