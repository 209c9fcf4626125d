import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../../http/problem.js';
import { problemOf } from './problem.js';
import { EVERY_ANSWER } from './secure-answers.js';

/** For what the router refuses before there is a route: addresses that cannot be decoded or are too long. */
export function answerFrameworkError(error: Error, _request: unknown, reply: unknown): void {
  const { status, headers, body } = problemOf(error);
  const answer = (reply as FastifyReply).status(status).headers({ ...EVERY_ANSWER, ...headers });
  // No route, so nothing has chosen how bodies are written.
  answer.send(JSON.stringify(body));
}

/** For routes beside Nest's pipeline: whatever is thrown there. */
export function answerProblem(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = problemOf(error);
  return reply.status(status).headers(headers).send(body);
}

/** A client has this long to read why its connection ends. */
const TOLD_MILLISECONDS = 2_000;

/**
 * For what is no HTTP: a request that cannot be parsed, is too slow or has too many headers; the connection ends, and
 * is not kept for a client that leaves its own side open.
 */
export function endBrokenConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, headers, body } = brokenRequest(error.code);
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const text = JSON.stringify(body);
  const head = {
    ...EVERY_ANSWER,
    ...headers,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${body.title}\r\n${lines.join('')}\r\n${text}`);
  const left = setTimeout(() => socket.destroy(), TOLD_MILLISECONDS);
  socket.once('close', () => clearTimeout(left));
}

function brokenRequest(code: string | undefined) {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return problem(408, 'request_timeout', 'The request did not come in time.');
  if (code === 'HPE_HEADER_OVERFLOW')
    return problem(431, 'headers_too_large', 'The headers of the request are too large.');
  return problem(400, 'malformed_request', 'This is no HTTP request that can be understood.');
}
