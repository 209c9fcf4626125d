import type { IncomingHttpHeaders } from 'node:http';
import { withoutQuery } from './path-pattern.js';

/** Browsers keep the answer to a preflight no longer than this. */
const PREFLIGHT_SECONDS = 7200;

/** Headers of answers that a page may read beside those that every page may. */
const EXPOSED = [
  ...['Location', 'ETag', 'Accept-Ranges', 'Content-Range', 'Content-Disposition'],
  ...['Allow', 'Retry-After', 'WWW-Authenticate', 'Mediaflow-Position'],
  ...['Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size', 'Tus-Checksum-Algorithm'],
  ...['Upload-Offset', 'Upload-Length', 'Upload-Defer-Length', 'Upload-Metadata', 'Upload-Concat'],
  ...['Upload-Expires', 'Traceresponse'],
].join(', ');

interface CorsRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export interface CorsAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** Whether another origin may get another answer: a cache would give the one to the other. */
  readonly variesByOrigin: boolean;
  /** Whether a browser only asks what it may send; that is all there is to answer then. */
  readonly isPreflight: boolean;
}

/**
 * CORS: what pages of the named origins (`*`: of all) may send and read, and pages of any origin where everybody may. A
 * key travels in `Authorization`, which a page has to hold itself, so nothing is ever allowed with cookies. Pure.
 */
export function createCors(
  origins: readonly string[],
  isForEverybody: (path: string) => boolean,
): (request: CorsRequest) => CorsAnswer {
  const named = new Set(origins);

  const allowedOrigin = (origin: string | undefined, path: string): string | undefined => {
    if (named.has('*') || isForEverybody(path)) return '*';
    return origin !== undefined && named.has(origin) ? origin : undefined;
  };

  return ({ method, url = '', headers }) => {
    const { origin, 'access-control-request-method': asksFor } = headers;
    const allowed = allowedOrigin(origin, withoutQuery(url));
    const variesByOrigin = allowed !== '*' && named.size > 0;
    if (allowed === undefined) return { headers: {}, variesByOrigin, isPreflight: false };
    const readable = { 'access-control-allow-origin': allowed, 'access-control-expose-headers': EXPOSED };
    // Without these two it is a client's own question, such as what of tus is spoken here.
    if (method !== 'OPTIONS' || origin === undefined || asksFor === undefined)
      return { headers: readable, variesByOrigin, isPreflight: false };
    return {
      headers: {
        ...readable,
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
        'access-control-max-age': String(PREFLIGHT_SECONDS),
        vary: 'Origin, Access-Control-Request-Headers',
      },
      variesByOrigin,
      isPreflight: true,
    };
  };
}
