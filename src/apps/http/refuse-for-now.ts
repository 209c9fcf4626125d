import type { RequestListener } from 'node:http';
import { problem } from '../../http/problem.js';
import { answerBefore } from './answer-before.js';
import { createCors } from './cors-headers.js';
import { withoutQuery } from './path-pattern.js';
import { EVERY_ANSWER } from './secure-answers.js';

/** What a start goes through, in this order. */
export type StartStep = 'program' | 'data_folder' | 'database' | 'schema' | 'roles';

/** Why there is no application to ask. */
export type NotServing =
  | { readonly status: 'starting'; readonly waitsFor: StartStep }
  | { readonly status: 'stopping' };

/** Which of these addresses there are, the application will know; everybody may read that it is not there yet. */
const PLAYED = /^\/v1\/media\/[^/]+\/./;

const DETAILS = {
  starting: 'The server is starting; try again in a moment.',
  stopping: 'The server is stopping; try again when it is back.',
} as const;

/**
 * The answers of a process that has no application yet, or no more: it lives, says what it waits for, and asks everybody
 * else to come again. Clients of tus take an answer as one only with the protocol's version in it, and pages of other
 * origins can read one only when it says so.
 */
export function refuseForNow(state: () => NotServing, corsOrigins: readonly string[] = []): RequestListener {
  const corsOf = createCors(corsOrigins, (path) => PLAYED.test(path));
  return (request, response) => {
    const { headers: cors, variesByOrigin, isPreflight } = corsOf(request);
    if (variesByOrigin) response.setHeader('vary', 'Origin');
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    if (isPreflight) return void response.writeHead(204, EVERY_ANSWER).end();
    const path = withoutQuery(request.url ?? '');
    const { status, headers, body } = problem(503, state().status, DETAILS[state().status]);
    if (path === '/health/live')
      return answerBefore(request, response, { status: 200, headers: {}, body: { status: 'ok' } });
    if (path === '/health/ready')
      return answerBefore(request, response, {
        ...{ status, body: state() },
        headers: { 'retry-after': headers['retry-after'] ?? '' },
      });
    const tus = path === '/v1/uploads' || path.startsWith('/v1/uploads/') ? { 'tus-resumable': '1.0.0' } : {};
    answerBefore(request, response, { status, headers: { ...headers, ...tus }, body });
  };
}
