import type { ErrorKind } from './error-codes/error-row.js';
import type { CodeOf, ErrorCode } from './error-codes/index.js';
import type { JsonObject } from './json.js';

export type { ErrorKind } from './error-codes/error-row.js';
export type { CodeOf, ErrorCode } from './error-codes/index.js';
export { isErrorCode } from './error-codes/index.js';

/** A kind, a code that the table of codes knows with it, and the rest. */
type ErrorParts = {
  [Kind in ErrorKind]: [
    kind: Kind,
    code: CodeOf<Kind>,
    message: string,
    details?: JsonObject | undefined,
    options?: { cause?: unknown },
  ];
}[ErrorKind];

/** Every error that reaches a user: a stable `code` of the table, a sentence for people, details for programs. */
export class MediaFlowError extends Error {
  override readonly name: string = 'MediaFlowError';
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly details: JsonObject;

  constructor(...[kind, code, message, details = {}, options]: ErrorParts) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

export const invalid = (code: CodeOf<'invalid'>, message: string, details?: JsonObject) =>
  new MediaFlowError('invalid', code, message, details);
export const notFound = (code: CodeOf<'not-found'>, message: string, details?: JsonObject) =>
  new MediaFlowError('not-found', code, message, details);
export const conflict = (code: CodeOf<'conflict'>, message: string, details?: JsonObject) =>
  new MediaFlowError('conflict', code, message, details);
export const unsupported = (code: CodeOf<'unsupported'>, message: string, details?: JsonObject) =>
  new MediaFlowError('unsupported', code, message, details);
export const unavailable = (
  code: CodeOf<'unavailable'>,
  message: string,
  details?: JsonObject,
  cause?: unknown,
) => new MediaFlowError('unavailable', code, message, details, { cause });

/** The same error in other words, with the one it was as its cause. */
export function retold(error: MediaFlowError, message: string, details: JsonObject): MediaFlowError {
  const parts = [error.kind, error.code, message, details, { cause: error }];
  // One was made of this kind and code already.
  return new MediaFlowError(...(parts as ErrorParts));
}

const PASSING: readonly ErrorKind[] = ['unavailable', 'too-many', 'storage-full'];
const RETRYABLE: readonly ErrorKind[] = [...PASSING, 'internal'];

/**
 * Whether it is trouble around what was asked, and nothing is wrong with that itself: worth waiting for, however long it
 * takes. Each adapter tells its outside system's errors in these kinds, so that nobody else asks what a driver threw.
 */
export const isPassing = (error: unknown): error is MediaFlowError =>
  error instanceof MediaFlowError && PASSING.includes(error.kind);

export const isRetryableKind = (kind: ErrorKind): boolean => RETRYABLE.includes(kind);

/**
 * Whether trying the same again a few times can help: everything but an error we know to be permanent. What does not pass,
 * and is still worth it, is a bug of ours, or nobody knows what.
 */
export const isRetryable = (error: unknown): boolean =>
  !(error instanceof MediaFlowError) || isRetryableKind(error.kind);

const FAULTS = [TypeError, ReferenceError, RangeError];

/**
 * Whether our own code is at fault: the same again ends in the same. What Node throws of these kinds for trouble outside (a lost connection of `fetch`, a stream that
 * was closed, memory that is short) has a code, a cause, or says so.
 */
export const isProgrammingError = (error: unknown): error is Error =>
  FAULTS.some((type) => error instanceof type) &&
  error instanceof Error &&
  error.cause === undefined &&
  !('code' in error) &&
  !/allocat|out of memory|terminated|fetch/i.test(error.message);

/** A short, honest sentence from anything thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several failures in one (every address of a host was tried) have a code at most.
  return error.message || ('code' in error ? String(error.code) : error.name);
}

/** Makes the compiler point at a case that a `switch` forgot. */
export const assertNever = (value: never): never => {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
};
