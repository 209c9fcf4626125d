import type { Readable } from 'node:stream';
import { problemOfError } from '../../core/problem.js';

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

/** Where the protocol wants more than the kind of an error says. */
const statusByCode: Readonly<Record<string, number>> = {
  method_not_allowed: 405,
  upload_gone: 410,
  unsupported_tus_version: 412,
  upload_locked: 423,
  checksum_mismatch: 460,
  final_upload_is_fixed: 403,
};

/** The answer to an error. */
export function problemResponse(error: unknown): TusResponse {
  const { status, headers, body } = problemOfError(error, statusByCode);
  const version = status === 412 ? { 'Tus-Version': tusVersion } : {};
  const { allowed } = body.details ?? {};
  const allow = status === 405 && Array.isArray(allowed) ? { Allow: allowed.join(', ') } : {};
  return { status, headers: { ...headers, ...version, ...allow }, body: JSON.stringify(body) };
}
