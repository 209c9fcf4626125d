import { DatabaseError } from 'pg';
import { type CodeOf, MediaFlowError, messageOf, unavailable } from '../../../core/errors.js';

const UNIQUE_VIOLATION = '23505';
const DISK_FULL = '53100';
const QUERY_CANCELED = '57014';

/**
 * Conditions that pass: lost connections, restarts, overload, lock and statement time-outs, deadlocks, and a server
 * that is read-only because another has become the primary.
 */
const PASSING = /^(08|53|57P|40)|^(57014|55P03|25P03|25P04|25006)$/;

const hasState = (error: unknown, sqlState: string): boolean =>
  error instanceof DatabaseError && error.code === sqlState;

export const isUniqueViolation = (error: unknown): boolean => hasState(error, UNIQUE_VIOLATION);
export const isDiskFull = (error: unknown): boolean => hasState(error, DISK_FULL);
export const isStatementTimeout = (error: unknown): boolean => hasState(error, QUERY_CANCELED);

/** Whether the same statement may succeed a moment later. What the server did not say itself is a lost connection. */
export function isPassing(error: unknown): boolean {
  if (error instanceof MediaFlowError) return error.kind === 'unavailable';
  if (error instanceof DatabaseError) return !isDiskFull(error) && PASSING.test(error.code ?? '');
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError);
}

const databaseFull = (cause: unknown) =>
  new MediaFlowError('storage-full', 'storage_full', 'The database has no room left', {}, { cause });

/** For `catch`: a full disk, and trouble that passes, are told as such (under a code), everything else as it is. */
export const orUnavailable =
  (code: CodeOf<'unavailable'>) =>
  (error: unknown): never => {
    if (isDiskFull(error)) throw databaseFull(error);
    if (!isPassing(error)) throw error;
    throw unavailable(code, 'The database cannot be reached', {}, error);
  };

/** The error that callers of the store see. */
export function toStoreError(error: unknown): MediaFlowError {
  if (error instanceof MediaFlowError) return error;
  const options = { cause: error };
  if (isDiskFull(error)) return databaseFull(error);
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
