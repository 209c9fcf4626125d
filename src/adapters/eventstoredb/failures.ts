import { ErrorType } from '@eventstore/db-client';
import { MediaFlowError, messageOf, unavailable } from '../../core/errors.js';

/** Statuses of gRPC, by their numbers. */
const CANCELLED = 1;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const ABORTED = 10;
const INTERNAL = 13;
const UNAVAILABLE = 14;

/** A cut connection is INTERNAL (`RST_STREAM`) or CANCELLED, a slow server ABORTED, an election what it pleases. */
const PASSING_CODES: readonly unknown[] = [CANCELLED, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE];
const PASSING_TYPES: readonly unknown[] = [
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
];
/** What only words tell: no node leads, or the server is starting or has too much to do. */
const PASSING_WORDS = /no leader info|server is (not ready|busy|too busy)/i;
/** No node of the cluster told who leads. */
const NO_CLUSTER = /failed to discover/i;

/** Nothing was heard for so long that the connection counts as dead, or it ended without a word. */
export class LostConnectionError extends Error {
  override readonly name = 'LostConnectionError';
}

const fieldOf = (error: unknown, field: string): unknown =>
  error instanceof Error && field in error ? (error as unknown as Record<string, unknown>)[field] : undefined;

export const typeOf = (error: unknown): unknown => fieldOf(error, 'type');

function passes(error: unknown): boolean {
  return (
    error instanceof LostConnectionError ||
    PASSING_TYPES.includes(typeOf(error)) ||
    PASSING_CODES.includes(fieldOf(error, 'code')) ||
    PASSING_WORDS.test(messageOf(error)) ||
    NO_CLUSTER.test(messageOf(error))
  );
}

/** The client connects anew by itself after these; after others that pass it would go on with a connection that is none. */
export const clientReconnects = (error: unknown): boolean =>
  [ErrorType.UNAVAILABLE, ErrorType.CANCELLED, ErrorType.NOT_LEADER].some((type) => type === typeOf(error)) ||
  NO_CLUSTER.test(messageOf(error));

/** The server found no record at a position that it was to read from. */
export const isInvalidPosition = (error: unknown): boolean =>
  fieldOf(error, 'code') === INVALID_ARGUMENT ||
  /invalid ?position|ReadAllResult: Error/i.test(messageOf(error));

/** What the client threw, as callers of the event store are told it: the one place that knows which of its errors pass. */
export function told(error: unknown): MediaFlowError {
  if (error instanceof MediaFlowError) return error;
  if (passes(error))
    return unavailable('event_store_unavailable', 'The event store cannot be reached', {}, error);
  if (typeOf(error) === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) {
    const limitBytes = Number(fieldOf(error, 'maxAppendSize'));
    const message = `The event store takes at most ${limitBytes} bytes at once`;
    return new MediaFlowError('too-large', 'append_too_large', message, { limitBytes }, { cause: error });
  }
  const why =
    typeOf(error) === ErrorType.ACCESS_DENIED
      ? 'it refuses these credentials (reading the whole log needs the rights of an administrator)'
      : messageOf(error);
  return new MediaFlowError(
    'internal',
    'event_store_failed',
    `The event store failed: ${why}`,
    {},
    { cause: error },
  );
}
