import { type ErrorCode, MediaFlowError } from '../../core/errors.js';
import { type Problem, problem, problemOfError } from '../../http/problem.js';

/** Codes for what the HTTP server itself refuses before any code of ours runs, where it says which. */
const SERVER_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_url',
  FST_ERR_MAX_PARAM_LENGTH: 'url_too_long',
};

/** The same by status, for where the framework has dropped the code. */
const CODES_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  414: 'url_too_long',
  431: 'headers_too_large',
};

const TAKEN =
  'Send JSON as application/json; files as multipart/form-data to /v1/media, or by tus to /v1/uploads.';

interface ServerError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  getStatus?(): number;
}

/** The answer to anything thrown, by us or by the HTTP server. */
export function problemOf(error: unknown): Problem {
  if (error instanceof MediaFlowError) return problemOfError(error);
  const { statusCode, code = '', message = '', getStatus } = (error ?? {}) as ServerError;
  const status = statusCode ?? (typeof getStatus === 'function' ? getStatus.call(error) : undefined);
  if (status === 404) return problem(404, 'route_not_found', 'There is no such address.');
  if (status === 415) return problem(415, 'unsupported_content_type', TAKEN);
  if (status && status >= 400 && status < 500)
    return problem(
      status,
      SERVER_CODES[code] ??
        CODES_BY_STATUS[status] ??
        (message.includes('JSON') ? 'malformed_json' : 'bad_request'),
      message,
    );
  return problemOfError(error);
}
