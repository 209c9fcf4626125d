import type { Readable } from 'node:stream';
import { invalid, unsupported } from '../../../core/errors.js';
import type { Position } from '../../../core/position.js';
import type { Instant } from '../../../core/time.js';
import type { UploadCaller, UploadRecord } from '../../../core/upload-ledger.js';
import { problemOfError, type StatusByCode } from '../../../http/problem.js';

/** A request as any HTTP server can give it. Header names are lower-case. */
export interface TusRequest extends UploadCaller {
  readonly method: string;
  /** Path, with or without a query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Readable;
  /** Headers that came behind the body, once it has been read. */
  readonly trailers?: () => Readonly<Record<string, string | undefined>>;
}

export interface TusResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const tusVersion = '1.0.0';
export const bytesContentType = 'application/offset+octet-stream';

/** Where the protocol wants more than the kind of an error says. */
export const tusStatuses: StatusByCode = {
  method_not_allowed: 405,
  upload_gone: 410,
  unsupported_tus_version: 412,
  upload_locked: 423,
  checksum_mismatch: 460,
  final_upload_is_fixed: 403,
};

/** The answer to an error. */
export function problemResponse(error: unknown): TusResponse {
  const { status, headers, body } = problemOfError(error, tusStatuses);
  const version = status === 412 ? { 'Tus-Version': tusVersion } : {};
  const { allowed } = body.details ?? {};
  const allow = status === 405 && Array.isArray(allowed) ? { Allow: allowed.join(', ') } : {};
  return { status, headers: { ...headers, ...version, ...allow }, body: JSON.stringify(body) };
}

export function headerOf(request: TusRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The upload's id in a path or URL below `basePath`, undefined when it is none. */
export function uploadIdIn(url: string, basePath: string): string | undefined {
  const path = url.replace(/^https?:\/\/[^/]+/, '').split('?')[0] ?? '';
  if (!path.startsWith(`${basePath}/`)) return undefined;
  const id = path.slice(basePath.length + 1).toLowerCase();
  return uuid.test(id) ? id : undefined;
}

/**
 * A count of bytes in a header, undefined when it is absent. Beyond 2^53 it is not exact, and beyond every limit as well.
 * Throws `invalid_header`.
 */
export function bytesHeader(request: TusRequest, name: string): number | undefined {
  const value = headerOf(request, name);
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw invalid('invalid_header', `${name} must be a number of bytes`, { header: name });
}

export const hasBytes = (request: TusRequest): boolean =>
  headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase() === bytesContentType;

export function requireBytes(request: TusRequest): void {
  if (!hasBytes(request)) {
    throw unsupported('wrong_content_type', `Bytes come as Content-Type: ${bytesContentType}`);
  }
}

/** The length a creation declares, null when it comes later. Throws `invalid_upload_length`. */
export function declaredLength(request: TusRequest): number | null {
  const length = bytesHeader(request, 'upload-length');
  const deferred = headerOf(request, 'upload-defer-length');
  if (deferred !== undefined && deferred !== '1') {
    throw invalid('invalid_upload_length', 'Upload-Defer-Length can only be 1');
  }
  if ((length === undefined) === (deferred === undefined)) {
    throw invalid('invalid_upload_length', 'Either Upload-Length or Upload-Defer-Length: 1 is needed');
  }
  return length ?? null;
}

/** Printable and short, else `invalid_idempotency_key`; null when there is none. */
export function idempotencyKeyOf(request: TusRequest): string | null {
  const key = headerOf(request, 'idempotency-key');
  if (key === undefined) return null;
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw invalid('invalid_idempotency_key', 'An Idempotency-Key is 1 to 255 printable ASCII characters');
}

/** As HTTP writes dates. */
export const toHttpDate = (instant: Instant): string => new Date(instant).toUTCString();

type Headers = Readonly<Record<string, string>>;

/** How far an upload has come and, while it is open, until when it may go on. */
export const progressHeaders = (upload: UploadRecord, sizeBytes: number): Headers => ({
  'Upload-Offset': String(sizeBytes),
  ...(upload.state === 'open' ? { 'Upload-Expires': toHttpDate(upload.expiresAt) } : {}),
});

/** Lets a client read its own write: a query that carries the position waits for it. */
export const positionHeader = (position: Position | null): Headers =>
  position === null ? {} : { 'Mediaflow-Position': position };
