import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { type CodeOf, MediaFlowError, messageOf, unavailable } from '../../../core/errors.js';

/** Five capitals and digits; the codes of the operating system that look alike (EPIPE) have no digit. */
const SQL_STATE = /^(?=.*\d)[0-9A-Z]{5}$/;

const UNIQUE_VIOLATION = '23505';
const DISK_FULL = '53100';
const QUERY_CANCELED = '57014';

/** Connections, resources, shutting down or starting up, and a server that is read-only since another is the primary. */
const OUT_OF_REACH = /^(08|53|57P)|^25006$/;
/** Serialisation failures and deadlocks, locks and statements that took too long, a transaction that was ended. */
const REFUSED_FOR_NOW = /^40|^(55P03|57014|25P03|25P04)$/;

/** What the server itself says is wrong; empty for what it did not say. */
export function sqlStateOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return SQL_STATE.test(code) ? code : '';
}

export const isUniqueViolation = (error: unknown): boolean => sqlStateOf(error) === UNIQUE_VIOLATION;
export const isStatementTimeout = (error: unknown): boolean => sqlStateOf(error) === QUERY_CANCELED;

/** What was handed over is at fault, with any statement: it is no value of its type, or goes beyond what there can be. */
export const isOfData = (error: unknown): boolean => /^(22|54)/.test(sqlStateOf(error));

/** Thrown by our own code, not by the driver or the system. */
const isOurs = (error: unknown): boolean =>
  !(error instanceof Error) ||
  [MediaFlowError, TypeError, RangeError, ReferenceError].some((type) => error instanceof type);

/**
 * Whether the server could not be reached or turned us away, as against having refused the statement. What it did not say
 * itself is a lost connection.
 */
export function isOutOfReach(error: unknown): boolean {
  const sqlState = sqlStateOf(error);
  return sqlState === '' ? !isOurs(error) : OUT_OF_REACH.test(sqlState);
}

/** What an adapter makes of the two kinds of errors that are not the same for all. */
interface Words<Refused> {
  /** The same statement may succeed a moment later. */
  readonly passing: (cause: unknown) => MediaFlowError;
  readonly refused: (cause: unknown) => Refused;
}

/**
 * What the driver threw, as the vocabulary tells it: the one place that knows which of PostgreSQL's errors pass. What is told
 * already stays as it is.
 */
export function told<Refused>(error: unknown, words: Words<Refused>): MediaFlowError | Refused {
  if (error instanceof MediaFlowError) return error;
  const sqlState = sqlStateOf(error);
  if (sqlState === DISK_FULL)
    return new MediaFlowError(
      'storage-full',
      'storage_full',
      'The database has no room left',
      {},
      { cause: error },
    );
  return isOutOfReach(error) || REFUSED_FOR_NOW.test(sqlState) ? words.passing(error) : words.refused(error);
}

const notNow = (code: CodeOf<'unavailable'>, what: string) => (cause: unknown) =>
  unavailable(code, isOutOfReach(cause) ? `${what} cannot be reached` : `${what} is busy`, {}, cause);

/** For `catch`: trouble that passes is told under a code; what the server refuses for good is thrown as it is. */
export const orUnavailable =
  (code: CodeOf<'unavailable'>, what = 'The database') =>
  (error: unknown): never => {
    throw told(error, { passing: notNow(code, what), refused: (cause) => cause });
  };

/** Whoever answers single statements, such as a pool. */
export interface Asked {
  query<Row extends QueryResultRow>(
    statement: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<Row>>;
}

/** The same, who tells trouble that passes under a code. */
export const tellingTrouble = (code: CodeOf<'unavailable'>, asked: Asked): Asked => ({
  query: <Row extends QueryResultRow>(statement: string | QueryConfig, values?: unknown[]) =>
    asked.query<Row>(statement, values).catch(orUnavailable(code)),
});

/** The error that callers of the event store see. */
export const toStoreError = (error: unknown): MediaFlowError =>
  told(error, {
    passing: notNow('event_store_unavailable', 'The event store'),
    refused: (cause) =>
      new MediaFlowError(
        'internal',
        'event_store_failed',
        `The event store failed: ${messageOf(cause)}`,
        {},
        { cause },
      ),
  });
