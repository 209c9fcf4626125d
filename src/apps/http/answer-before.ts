import type { IncomingMessage, ServerResponse } from 'node:http';
import { readOn } from './read-on.js';
import { EVERY_ANSWER } from './secure-answers.js';

interface EarlyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Answers a request that never reaches the application. */
export function answerBefore(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: EarlyAnswer,
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...EVERY_ANSWER,
    ...headers,
    'content-length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
  readOn(request);
}
