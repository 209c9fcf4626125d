import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '../../core/endpoint.js';
import { addVary } from './ask-for-keys.js';
import { pathPattern, withoutQuery } from './path-pattern.js';

/** Browsers keep the answer to a preflight no longer than this. */
const PREFLIGHT_SECONDS = 7200;

/** Headers of answers that a page may read beside those that every page may. */
const EXPOSED = [
  ...['Location', 'ETag', 'Accept-Ranges', 'Content-Range', 'Content-Disposition'],
  ...['Allow', 'Retry-After', 'WWW-Authenticate', 'Mediaflow-Position'],
  ...['Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size', 'Tus-Checksum-Algorithm'],
  ...['Upload-Offset', 'Upload-Length', 'Upload-Defer-Length', 'Upload-Metadata', 'Upload-Concat'],
  'Upload-Expires',
].join(', ');

/**
 * CORS: lets pages of the named origins (`*`: of all) use the server, and pages of any origin play what is published.
 * A key travels in `Authorization`, which a page has to hold itself, so nothing is ever allowed with cookies. Headers
 * are set before anything else looks at a request: a page can read why it was refused.
 */
export function allowOtherOrigins(
  server: FastifyInstance,
  options: { readonly origins: readonly string[]; readonly endpoints: readonly Endpoint[] },
): void {
  const named = new Set(options.origins);
  const playback = options.endpoints
    .filter(({ tag }) => tag === 'playback')
    .map(({ path }) => pathPattern(path));
  const isPlayback = (path: string) => playback.some((pattern) => pattern.test(path));

  const allowedOrigin = (origin: string | undefined, path: string): string | undefined => {
    if (named.has('*') || isPlayback(path)) return '*';
    return origin !== undefined && named.has(origin) ? origin : undefined;
  };

  server.addHook('onRequest', async ({ method, headers, url }, reply) => {
    const { origin, 'access-control-request-method': asksFor } = headers;
    const allowed = allowedOrigin(origin, withoutQuery(url));
    // Or a cache would give the answer to one origin to another.
    if (allowed !== '*' && named.size > 0) addVary(reply, 'Origin');
    if (allowed === undefined) return;
    reply.header('access-control-allow-origin', allowed).header('access-control-expose-headers', EXPOSED);
    // Without these two it is a client's own question, such as what of tus is spoken here.
    if (method !== 'OPTIONS' || origin === undefined || asksFor === undefined) return;
    return reply
      .status(204)
      .headers({
        'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE',
        'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
        'access-control-max-age': String(PREFLIGHT_SECONDS),
        vary: 'Origin, Access-Control-Request-Headers',
      })
      .send();
  });
}
