import type { JsonObject } from './json.js';

/** What kind of trouble it is; the HTTP side maps a kind to a status, the job runner to retry or give up. */
export type ErrorKind =
  | 'invalid' // the request is wrong and stays wrong
  | 'unauthorized'
  | 'not-found'
  | 'conflict' // right in itself, but not in the present state
  | 'too-large'
  | 'unsupported' // a type or format we do not take
  | 'too-many' // of what this caller may have or do at once; fewer later are fine
  | 'storage-full'
  | 'unavailable' // try again later
  | 'internal';

/** Every error that reaches a user: a stable `code` (snake_case), a sentence for people, details for programs. */
export class MediaFlowError extends Error {
  override readonly name: string = 'MediaFlowError';

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: JsonObject = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export const invalid = (code: string, message: string, details?: JsonObject) =>
  new MediaFlowError('invalid', code, message, details);
export const notFound = (code: string, message: string, details?: JsonObject) =>
  new MediaFlowError('not-found', code, message, details);
export const conflict = (code: string, message: string, details?: JsonObject) =>
  new MediaFlowError('conflict', code, message, details);
export const unsupported = (code: string, message: string, details?: JsonObject) =>
  new MediaFlowError('unsupported', code, message, details);
export const unavailable = (code: string, message: string, details?: JsonObject, cause?: unknown) =>
  new MediaFlowError('unavailable', code, message, details, { cause });

/** Whether trying the same again later can help: everything but an error we know to be permanent. */
export const isRetryable = (error: unknown): boolean =>
  !(error instanceof MediaFlowError) ||
  ['unavailable', 'too-many', 'storage-full', 'internal'].includes(error.kind);

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
