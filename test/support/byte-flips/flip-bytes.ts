/** Chance that can be repeated: the same word, the same numbers from 0 to below 1 (FNV-1a into mulberry32). */
export function randomFrom(word: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(word)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Containers tell of themselves at one of their ends. */
const endBytes = 1500;
const mostFlips = 64;
const mostReplaced = 12;
const mostBurstBytes = 400;

/** A damaged copy: bits flipped anywhere, bytes replaced where the container tells of itself, or a stretch of noise. */
export function flipBytes(bytes: Buffer, random: () => number): Buffer {
  const flipped = Buffer.from(bytes);
  const below = (limit: number) => Math.floor(random() * limit);
  const some = (most: number) => Array.from({ length: 1 + below(most) }, (_, index) => index);
  const kind = below(4);
  if (kind === 0)
    for (const _ of some(mostFlips)) {
      const at = below(bytes.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << below(8));
    }
  else if (kind < 3)
    for (const _ of some(mostReplaced)) {
      const fromEnd = below(Math.min(endBytes, bytes.length));
      flipped[kind === 1 ? fromEnd : bytes.length - 1 - fromEnd] = below(256);
    }
  else {
    const from = below(bytes.length);
    for (const step of some(Math.min(mostBurstBytes, bytes.length - from))) flipped[from + step] = below(256);
  }
  return flipped;
}
