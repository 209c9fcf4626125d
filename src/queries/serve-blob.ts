import type { BlobStore } from '../core/blob-store.js';
import { notFound } from '../core/errors.js';
import type { EndpointAnswer, EndpointRequest } from '../http/endpoint.js';
import { problem } from '../http/problem.js';

export interface ServeBlobOptions {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Makes browsers save it under this name. */
  readonly downloadAs?: string;
  /** For what is large: the client may be sent to the store, and caches may remember where for so long. */
  readonly redirect?: { readonly cacheSeconds: number };
}

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/**
 * One range of RFC 9110 §14: `undefined` means answer with everything (no range, several, or another unit),
 * `unsatisfiable` means 416.
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffix = Math.min(Number(last), sizeBytes);
    return suffix === 0 ? 'unsatisfiable' : { start: sizeBytes - suffix, end: sizeBytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < sizeBytes ? { start, end } : 'unsatisfiable';
}

/** `If-None-Match` of RFC 9110 §13.1.2; `etag` with its quotes. */
export const etagMatches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((item) => item.trim().replace(/^W\//, '') === etag));

/** The bytes of a blob with ranges, conditional requests and cache headers. */
export async function serveBlob(
  blobs: BlobStore,
  key: string,
  { headers, isHead }: Pick<EndpointRequest, 'headers' | 'isHead'>,
  options: ServeBlobOptions,
): Promise<EndpointAnswer> {
  const { contentType, cacheControl, downloadAs, redirect } = options;
  // An address is signed for one method, and whoever asks for the head has it from here.
  if (redirect && blobs.addressOf && !isHead) {
    const contentDisposition = downloadAs ? dispositionOf(downloadAs) : undefined;
    const { url, validSeconds } = await blobs.addressOf(key, {
      contentType,
      cacheControl,
      contentDisposition,
    });
    const seconds = Math.min(redirect.cacheSeconds, validSeconds);
    return {
      status: 302,
      headers: {
        location: url,
        'cache-control': seconds > 0 ? `public, max-age=${seconds}` : 'private, no-store',
      },
    };
  }
  const stat = await blobs.stat(key);
  if (!stat) throw notFound('file_not_found', 'There is no such file.');
  const etag = `"${stat.etag}"`;
  const common = {
    etag,
    'cache-control': options.cacheControl,
    'accept-ranges': 'bytes',
    'content-type': options.contentType,
    'x-content-type-options': 'nosniff',
    // Uploaded bytes must never act as a page of ours.
    'content-security-policy': "default-src 'none'; sandbox",
    ...(options.downloadAs ? { 'content-disposition': dispositionOf(options.downloadAs) } : {}),
  };
  if (etagMatches(headers['if-none-match'], etag)) return { status: 304, headers: common };

  const ifRange = headers['if-range'];
  const range =
    ifRange === undefined || ifRange === etag ? parseRange(headers.range, stat.sizeBytes) : undefined;
  if (range === 'unsatisfiable') return unsatisfiable(stat.sizeBytes);
  if (!range)
    return {
      status: 200,
      headers: { ...common, 'content-length': String(stat.sizeBytes) },
      // With its end told, a stream neither asks for what lies behind nor makes room for it.
      body: await blobs.read(key, stat.sizeBytes > 0 ? { start: 0, end: stat.sizeBytes - 1 } : undefined),
    };
  return {
    status: 206,
    headers: {
      ...common,
      'content-length': String(range.end - range.start + 1),
      'content-range': `bytes ${range.start}-${range.end}/${stat.sizeBytes}`,
    },
    body: await blobs.read(key, range),
  };
}

function unsatisfiable(sizeBytes: number): EndpointAnswer {
  const detail = `The range begins beyond the ${sizeBytes} bytes there are.`;
  const { status, headers, body } = problem(416, 'range_not_satisfiable', detail);
  return {
    status,
    headers: { ...headers, 'content-range': `bytes */${sizeBytes}`, 'cache-control': 'no-store' },
    body,
  };
}

/** What RFC 8187 wants escaped and `encodeURIComponent` leaves. */
const escapeRest = (text: string): string =>
  text.replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** RFC 6266: a plain fallback and the real name in UTF-8. */
const dispositionOf = (filename: string): string =>
  `attachment; filename="${filename.replace(/[^\x20-\x7e]|["\\]/g, '_')}"; filename*=UTF-8''${escapeRest(encodeURIComponent(filename))}`;
