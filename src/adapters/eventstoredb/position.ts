import type { Position as LogPosition } from '@eventstore/db-client';
import { invalid } from '../../core/errors.js';
import type { Position } from '../../core/position.js';

// Decimal digits of a signed 64-bit number: fixed width sorts as numbers do, in every collation.
const WIDTH = 19;
const FORMAT = new RegExp(`^\\d{${2 * WIDTH}}$`);
/** What servers before 22.6 say of events they read by their stream: that they do not know. */
const UNKNOWN = 2n ** 63n;

/** Both halves, the commit first, since the log is in the order of commits. */
export const positionOf = ({ commit, prepare }: LogPosition): Position => half(commit) + half(prepare);

const half = (offset: bigint): string => String(offset).padStart(WIDTH, '0');

/** Throws `invalid_position` for what is none of this engine's; START has no halves. */
export function halvesOf(position: Position): LogPosition {
  if (!isOurs(position)) throw invalid('invalid_position', 'This is not a position in the event log');
  return { commit: BigInt(position.slice(0, WIDTH)), prepare: BigInt(position.slice(WIDTH)) };
}

/** Whether a position can be one of this engine's, by its form. */
export const isOurs = (position: Position): boolean => FORMAT.test(position);

export const isKnown = (position: LogPosition | undefined): position is LogPosition =>
  position !== undefined && position.commit < UNKNOWN;
