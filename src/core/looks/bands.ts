import type { Look } from './look.js';

/** Copies differ in so many of the 128 bits at most; what has nothing to do with a picture in about 60. */
export const MOST_DIFFERENT_BITS = 15;

const DIGITS_A_BAND = 4;
const BITS_A_BAND = DIGITS_A_BAND * 4;

/** A look in eight parts of 16 bits, each a number that says which part it is. Pure. */
export const bandsOf = (look: Look): readonly number[] =>
  Array.from({ length: look.length / DIGITS_A_BAND }, (_, band) => {
    const digits = look.slice(band * DIGITS_A_BAND, (band + 1) * DIGITS_A_BAND);
    return (band << BITS_A_BAND) | Number.parseInt(digits, 16);
  });

/**
 * Bands of which every look has at least one that differs in `MOST_DIFFERENT_BITS` at most: where fifteen bits differ over eight bands, one of these has but one
 * that does. So 136 look-ups find them all, however many looks there are. Pure.
 */
export const bandsNear = (look: Look): readonly number[] =>
  bandsOf(look).flatMap((band) => [
    band,
    ...Array.from({ length: BITS_A_BAND }, (_, bit) => band ^ (1 << bit)),
  ]);
