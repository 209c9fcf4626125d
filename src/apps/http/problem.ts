import { type ErrorKind, MediaFlowError } from '../../core/errors.js';
import type { JsonObject } from '../../core/json.js';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unsupported: 415,
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
  413: 'Content too large',
  414: 'URI too long',
  415: 'Unsupported media type',
  431: 'Request header fields too large',
  500: 'Internal error',
  503: 'Try again later',
  507: 'Storage full',
};

/** Codes for what the HTTP server itself refuses before any code of ours runs, where it says which. */
const SERVER_CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_content_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_url',
  FST_ERR_MAX_PARAM_LENGTH: 'url_too_long',
};

/** The same by status, for where the framework has dropped the code. */
const CODES_BY_STATUS: Readonly<Record<number, string>> = {
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  414: 'url_too_long',
  415: 'unsupported_content_type',
  431: 'headers_too_large',
};

/** RFC 9457 problem details. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly details?: JsonObject;
  };
}

/** A problem of the HTTP layer's own. */
export function problem(status: number, code: string, detail: string, details?: JsonObject): Problem {
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(status === 503 ? { 'retry-after': String(details?.retryAfterSeconds ?? 2) } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: {
      type: `urn:mediaflow:problem:${code}`,
      title: TITLES[status] ?? 'Error',
      status,
      code,
      detail,
      ...(details && Object.keys(details).length > 0 ? { details } : {}),
    },
  };
}

interface ServerError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  getStatus?(): number;
}

/** The answer to anything thrown. What we do not know is told as `internal_error`, without its text. */
export function problemOf(error: unknown): Problem {
  if (error instanceof MediaFlowError && error.kind !== 'internal')
    return problem(STATUS[error.kind], error.code, error.message, error.details);
  const { statusCode, code = '', message = '', getStatus } = (error ?? {}) as ServerError;
  const status = statusCode ?? (typeof getStatus === 'function' ? getStatus.call(error) : undefined);
  if (status === 404) return problem(404, 'route_not_found', 'There is no such address.');
  if (status && status >= 400 && status < 500)
    return problem(
      status,
      SERVER_CODES[code] ??
        CODES_BY_STATUS[status] ??
        (message.includes('JSON') ? 'malformed_json' : 'bad_request'),
      message,
    );
  return problem(500, 'internal_error', 'Something broke on our side; the log says more.');
}
