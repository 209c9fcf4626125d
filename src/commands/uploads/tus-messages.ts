import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import { MediaFlowError } from '../../core/errors.js';

/** A request as any HTTP server can give it. Header names are lower-case. */
export interface TusRequest {
  readonly method: string;
  /** Path, with or without a query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Readable;
}

export interface TusResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const tusVersion = '1.0.0';
export const checksumAlgorithms = ['sha1', 'sha256', 'md5'] as const;
export const bytesContentType = 'application/offset+octet-stream';

const statusByKind = {
  invalid: 400,
  unauthorized: 401,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unsupported: 415,
  'storage-full': 507,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<MediaFlowError['kind'], number>;

/** Where the protocol wants more than the kind of an error says. */
const statusByCode: Readonly<Record<string, number>> = {
  method_not_allowed: 405,
  upload_gone: 410,
  unsupported_tus_version: 412,
  upload_locked: 423,
  checksum_mismatch: 460,
  final_upload_is_fixed: 403,
};

/** The answer to an error: RFC 9457 problem JSON with the error's code and details. */
export function problemResponse(error: unknown): TusResponse {
  const known =
    error instanceof MediaFlowError
      ? error
      : new MediaFlowError('internal', 'internal_error', 'Something went wrong on our side');
  const status = statusByCode[known.code] ?? statusByKind[known.kind];
  const { code, message, details } = known;
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Checksum Mismatch',
    status,
    code,
    detail: message,
    ...(Object.keys(details).length > 0 ? { details } : {}),
  };
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(status === 412 ? { 'Tus-Version': tusVersion } : {}),
      ...(status === 503 || status === 507 ? { 'Retry-After': '10' } : {}),
    },
    body: JSON.stringify(problem),
  };
}
