import { DatabaseError } from 'pg';
import { MediaFlowError, messageOf, unavailable } from '../../../core/errors.js';

const UNIQUE_VIOLATION = '23505';
const DISK_FULL = '53100';
/**
 * Conditions that pass: lost connections, restarts, overload, lock and statement time-outs, deadlocks, and a server
 * that is read-only because another has become the primary.
 */
const PASSING = /^(08|53|57P|40)|^(57014|55P03|25P03|25P04|25006)$/;

export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === UNIQUE_VIOLATION;

/** Whether the same statement may succeed a moment later. What the server did not say itself is a lost connection. */
export function isPassing(error: unknown): boolean {
  if (error instanceof MediaFlowError) return error.kind === 'unavailable';
  if (error instanceof DatabaseError) return error.code !== DISK_FULL && PASSING.test(error.code ?? '');
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError);
}

/** The error that callers of the store see. */
export function toStoreError(error: unknown): MediaFlowError {
  if (error instanceof MediaFlowError) return error;
  const options = { cause: error };
  if (error instanceof DatabaseError && error.code === DISK_FULL) {
    return new MediaFlowError(
      'storage-full',
      'storage_full',
      'The event store has no room left',
      {},
      options,
    );
  }
  if (isPassing(error)) {
    return unavailable('event_store_unavailable', 'The event store cannot be reached', {}, error);
  }
  return new MediaFlowError(
    'internal',
    'event_store_failed',
    `The event store failed: ${messageOf(error)}`,
    {},
    options,
  );
}
