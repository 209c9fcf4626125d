import { type ErrorCode, type ErrorKind, MediaFlowError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';

/** The status that a kind of error is answered with. */
export const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unsupported: 415,
  'too-many': 429,
  unavailable: 503,
  'storage-full': 507,
  internal: 500,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition failed',
  413: 'Content too large',
  414: 'URI too long',
  415: 'Unsupported media type',
  416: 'Range not satisfiable',
  417: 'Expectation failed',
  423: 'Locked',
  429: 'Too many requests',
  431: 'Request header fields too large',
  460: 'Checksum mismatch',
  500: 'Internal error',
  503: 'Try again later',
  507: 'Storage full',
};

const RETRY_AFTER_SECONDS: Readonly<Record<number, number>> = { 423: 1, 503: 2, 507: 10 };

/** RFC 9457 problem details, as an answer. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly code: ErrorCode;
    readonly detail: string;
    readonly details?: JsonObject;
  };
}

/** The one shape in which anything is refused. */
export function problem(status: number, code: ErrorCode, detail: string, details: JsonObject = {}): Problem {
  const retryAfter = details.retryAfterSeconds ?? RETRY_AFTER_SECONDS[status];
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      // Some may be kept for minutes unless told otherwise: a 404 of what is published a moment later.
      'cache-control': 'no-store',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: {
      type: `urn:mediaflow:problem:${code}`,
      title: TITLES[status] ?? 'Error',
      status,
      code,
      detail,
      ...(Object.keys(details).length > 0 ? { details } : {}),
    },
  };
}

/** Where a protocol wants another status than the kind of an error says. */
export type StatusByCode = Readonly<Partial<Record<ErrorCode, number>>>;

/**
 * The answer to an error, with the status its kind asks for unless its code has one of its own. What we do not know is
 * told as `internal_error`, without its text.
 */
export const problemOfError = (error: unknown, statusByCode: StatusByCode = {}): Problem =>
  error instanceof MediaFlowError && error.kind !== 'internal'
    ? problem(statusByCode[error.code] ?? STATUS[error.kind], error.code, error.message, error.details)
    : problem(500, 'internal_error', 'Something broke on our side; the log says more.');
