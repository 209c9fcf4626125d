import type { IncomingMessage } from 'node:http';
import { type Problem, problem } from '../../http/problem.js';

type Head = Pick<IncomingMessage, 'httpVersion' | 'method' | 'url' | 'headers' | 'rawHeaders'>;

/**
 * What is wrong with a request whatever it asks for: undefined when all is well. With a second `Host` (RFC 9112, 3.2) one
 * who stands in front of us could see another request than we do. Pure.
 */
export function refusedHead({ httpVersion, method, url, headers, rawHeaders }: Head): Problem | undefined {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1'))
    return problem(400, 'malformed_host', 'A request has exactly one Host header.');
  if (url === '*' && method !== 'OPTIONS')
    return problem(400, 'malformed_request', 'Only OPTIONS may be asked of the server as a whole (*).');
  // The one expectation there is; HTTP/1.0 knows none (RFC 9110, 10.1.1).
  const { expect } = headers;
  if (expect !== undefined && httpVersion === '1.1' && !/^\s*100-continue\s*$/i.test(expect))
    return problem(417, 'expectation_unknown', 'Nothing but 100-continue can be expected here.');
  return undefined;
}

/**
 * A target that names the server as well, as proxies are sent it, becomes one of a path and a `Host`, so that everything
 * behind sees one shape of it; a `Host` that says otherwise does not count (RFC 9112, 3.2.2).
 */
export function readTarget(request: IncomingMessage): void {
  const { url = '' } = request;
  const [, host, path] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (host === undefined || path === undefined) return;
  request.headers.host = host;
  request.url = path.startsWith('/') ? path : `/${path}`;
}
