const MEBIBYTE = 1024 ** 2;

/** What a part has at first, unless told otherwise. */
export const FIRST_PART_BYTES = 8 * MEBIBYTE;

/**
 * Bytes of the part that begins at an offset. An object has at most 10,000 parts: from 1,000 on each has a thousandth of what
 * lies before it, so that 5 TiB, the most that S3 takes, are 7,500 of them.
 */
export const partBytesAt = (offset: number, firstBytes = FIRST_PART_BYTES): number =>
  Math.max(firstBytes, Math.ceil(offset / 1000));

/** A part that passes by is held in memory: at the most so much of it, which is enough for 900 GiB. */
const MOST_IN_PLACE_BYTES = 128 * MEBIBYTE;

/** The same of a part that goes where it will lie at once. */
export const inPlacePartBytesAt = (offset: number, firstBytes: number): number =>
  Math.min(partBytesAt(offset, firstBytes), Math.max(firstBytes, MOST_IN_PLACE_BYTES));

/**
 * What a part of an object made of so many pieces has at least: uploads that came in small requests have more of them than an
 * object may have parts, and several are one part then. All but the last have that much, so they are fewer than `mostParts`.
 */
export const leastPartBytes = (pieces: number, sizeBytes: number, mostParts: number): number =>
  pieces <= mostParts ? 0 : Math.ceil(sizeBytes / (mostParts - 1));
