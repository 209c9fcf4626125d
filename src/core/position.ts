/**
 * Place of an event in the log: an opaque string of fixed width within one store, so that comparing strings
 * compares places, in SQL and in a header alike. Only the store's adapter knows what is inside.
 */
export type Position = string;

/** Before the first event of any store: sorts below every position. */
export const START: Position = '';

export const isAfter = (a: Position, b: Position): boolean => a > b;
export const latest = (a: Position, b: Position): Position => (a > b ? a : b);
export const earliest = (a: Position, b: Position): Position => (a < b ? a : b);
