import { invalid } from './errors.js';
import { type Position, START } from './position.js';

// Sixteen decimal digits hold every integer a number holds exactly, and sort alike in every collation.
const WIDTH = 16;
const FORMAT = /^\d{16}$/;

/** The position of the nth event (from 1) in a store that counts its events. */
export const positionAt = (place: number): Position => String(place).padStart(WIDTH, '0');

/** Whether it can be the position of a store that counts its events, by its form. */
export const isNumbered = (position: Position): boolean => FORMAT.test(position);

/** How many events lie between, in a store that counts its events. */
export const placesBetween = (after: Position, upTo: Position): number => placeOf(upTo) - placeOf(after);

/** The place (from 1) behind a position, 0 for START. Throws `invalid_position` for anything else. */
export function placeOf(position: Position): number {
  if (position === START) return 0;
  if (!isNumbered(position)) throw invalid('invalid_position', 'This is not a position in the event log');
  return Number(position);
}
