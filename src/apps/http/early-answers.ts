import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBoundedMap } from '../../core/bounded-map.js';
import type { HotAnswers } from '../../core/hot-answers.js';
import type { KeptEntry } from '../../core/hot-views.js';
import { textMemoryBytes } from '../../core/text-memory.js';
import { noTracer, type Tracer } from '../../core/tracer.js';
import { endRequestSpan, startRequestSpan, TRACE_HEADER } from './observe-requests.js';

/** What the application's answer to a `GET` depends on beside the address. */
const TELLS_APART = ['host', 'origin', 'authorization'] as const;

/** A request with one of these is for the application to look at. */
const ASKS_MORE = [
  ...['mediaflow-after', 'idempotency-key', 'if-none-match', 'if-range', 'range'],
  ...['content-encoding', 'content-length', 'content-type', 'transfer-encoding', 'expect', 'upgrade'],
  ...['access-control-request-method', 'accept-version'],
];

/** The names of all headers that are looked at here: the application may look at no other. */
export const HEADERS_LOOKED_AT: readonly string[] = [...TELLS_APART, ...ASKS_MORE];

/** What one takes beside its text, about. */
const ANSWER_BYTES = 1_500;

interface EarlyAnswer {
  readonly kept: KeptEntry;
  readonly route: string;
  readonly head: readonly string[];
  readonly body: string;
}

/**
 * Answers that the application has given, given again to requests that it would answer the same: as long as what the answer
 * was made of holds, and to those who are not told apart. Every rule of who may see what, from where, under which
 * headers, is the application's: it has been asked, once.
 */
export interface EarlyAnswers {
  /** Answers the request and returns true, or leaves it alone. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** The application is about to give this answer with status 200, under the headers that the response has by now. */
  remember(
    request: IncomingMessage,
    answer: {
      readonly kept: KeptEntry;
      readonly route: string;
      readonly headers: Readonly<Record<string, unknown>>;
      readonly body: string;
    },
  ): void;
}

export function createEarlyAnswers(options: {
  readonly hot: Pick<HotAnswers, 'holds'>;
  readonly maximumBytes: number;
  readonly onAnswered: (route: string, seconds: number, traceparent: string | null) => void;
  readonly tracer?: Tracer;
}): EarlyAnswers {
  const { hot, maximumBytes, onAnswered, tracer = noTracer } = options;
  const answers = createBoundedMap<string, EarlyAnswer>(maximumBytes);

  return {
    answer(request, response) {
      if (request.method !== 'GET') return false;
      const startedAt = performance.now();
      const name = nameOf(request);
      const known = answers.get(name);
      if (!known || asksMore(request)) return false;
      if (!hot.holds(known.kept)) {
        answers.delete(name);
        return false;
      }
      const span = tracer === noTracer ? undefined : startRequestSpan(tracer, request, known.route);
      response.writeHead(
        200,
        (span ? [...known.head, TRACE_HEADER, span.traceparent] : known.head) as string[],
      );
      response.end(known.body);
      onAnswered(known.route, (performance.now() - startedAt) / 1000, span?.traceparent ?? null);
      if (span) endRequestSpan(span, 200);
      return true;
    },

    remember(request, { kept, route, headers, body }) {
      if (request.method !== 'GET' || asksMore(request)) return;
      const length = String(Buffer.byteLength(body));
      const head = Object.entries({ ...headers, 'content-length': length }).flatMap(([name, value]) =>
        name === TRACE_HEADER ? [] : [name, String(value)],
      );
      const name = nameOf(request);
      const bytes = textMemoryBytes(name) + textMemoryBytes(body) + ANSWER_BYTES;
      answers.set(name, { kept, route, head, body }, bytes);
    },
  };
}

const nameOf = ({ url, headers }: IncomingMessage): string =>
  `${url}\n${headers.host}\n${headers.origin}\n${headers.authorization}`;

const asksMore = ({ headers }: IncomingMessage): boolean =>
  ASKS_MORE.some((name) => headers[name] !== undefined);
