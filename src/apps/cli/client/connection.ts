import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '../../../core/position.js';
import { refusal, unreachable } from '../failure.js';
import { objectIn } from './object-in.js';

export interface ClientOptions {
  /** Where the server is; a path in it is a prefix of all addresses. */
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly signal: AbortSignal;
}

interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  readonly after?: Position | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A busy server says when to come back; it is believed this often. */
const ATTEMPTS_WHILE_BUSY = 5;
const LONGEST_PAUSE_SECONDS = 10;

export type Connection = ReturnType<typeof connectTo>;

/** What all requests have in common: whom they are from, a repeat that is known as one, and patience with a busy server. */
export function connectTo({ url, apiKey, signal }: ClientOptions) {
  const base = url.replace(/\/+$/, '');
  const authorization: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};

  function addressOf(path: string, query: RequestOptions['query'] = {}): string {
    const address = new URL(`${base}${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) address.searchParams.set(name, String(value));
    return address.href;
  }

  /** The answer as it comes, whatever its status. Throws `unreachable`. */
  async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const address = addressOf(path, options.query);
    try {
      return await fetch(address, {
        method,
        signal,
        headers: {
          ...authorization,
          ...(options.after ? { 'mediaflow-after': options.after } : {}),
          ...(options.body ? { 'content-type': 'application/json' } : {}),
          ...options.headers,
        },
        ...(options.body ? { body: JSON.stringify(options.body) } : {}),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(error, address);
    }
  }

  async function request<Answer>(
    method: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<Answer> {
    // A server that cannot tell whether it was done says 503, too: the repeat must be known as one.
    const key = method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
    for (let attempt = 1; ; attempt++) {
      const response = await send(method, path, { ...options, headers: { ...key, ...options.headers } });
      const body = await response.text().catch((error: unknown) => {
        signal.throwIfAborted();
        throw unreachable(error, response.url);
      });
      const answer = response.ok ? objectIn(body) : undefined;
      if (answer) return answer as Answer;
      const isBusy = response.status === 503 && attempt < ATTEMPTS_WHILE_BUSY;
      if (!isBusy) throw refusal(response.status, body, response.url);
      const seconds = Number(response.headers.get('retry-after')) || 1;
      await sleep(Math.min(seconds, LONGEST_PAUSE_SECONDS) * 1000, undefined, { signal });
    }
  }

  return { base, authorization, signal, addressOf, send, request };
}
