import { setTimeout as delay } from 'node:timers/promises';
import { backoffSeconds } from '../../core/backoff.js';
import { invalid, MediaFlowError, messageOf, unavailable } from '../../core/errors.js';
import type { JsonObject } from '../../core/json.js';

const ATTEMPTS = 4;
const PAUSES = { backoff: { firstSeconds: 0.5, maximumSeconds: 8 } };
/** Who is to wait longer than this asks somebody else meanwhile. */
const LONGEST_PAUSE_SECONDS = 20;
/** Answers are a page of text at most. */
const MAXIMUM_ANSWER_BYTES = 2 * 2 ** 20;

/** A server of others that answers questions, and how it is asked. */
export interface ProviderServer {
  /** As events and figures call it. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A server that has not answered by then is asked once more. */
  readonly timeoutSeconds: number;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface ProviderQuestion {
  readonly url: string;
  readonly body: string | Uint8Array;
  readonly contentType: string;
  readonly signal: AbortSignal;
}

/**
 * The JSON that a server answers. What passes (429, 5xx, a connection that breaks, silence) is asked again a few times, after the pause that the server
 * wishes for or a growing one. Rejects with the signal's reason, or with MediaFlowError: `provider_unavailable`, `provider_key_refused` (`unavailable`),
 * `provider_answer_invalid` (`internal`), `provider_question_refused` (`invalid`): that of any other status, which is in its details.
 */
export async function askProvider(server: ProviderServer, question: ProviderQuestion): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const answer = await once(server, question);
    question.signal.throwIfAborted();
    if ('json' in answer) return answer.json;
    const { error, pauseSeconds } = answer;
    if (pauseSeconds === undefined || attempt >= ATTEMPTS || pauseSeconds > LONGEST_PAUSE_SECONDS)
      throw error;
    const seconds = Math.max(pauseSeconds, backoffSeconds(PAUSES, attempt, server.random));
    await delay(seconds * 1000, undefined, { signal: question.signal }).catch(() => {});
    question.signal.throwIfAborted();
  }
}

/** An answer, or why there is none; with a pause where the same may be asked again after it. */
type Outcome =
  | { readonly json: unknown }
  | { readonly error: MediaFlowError; readonly pauseSeconds?: number };

async function once(
  server: ProviderServer,
  { url, body, contentType, signal }: ProviderQuestion,
): Promise<Outcome> {
  const { name, headers, timeoutSeconds, now } = server;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': contentType, accept: 'application/json' },
      body,
      // A server that sends us elsewhere would take the key with it.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]),
    });
    const text = await textOf(response, name);
    if (response.ok) return { json: parsed(text, name) };
    return refused(name, response, text, now());
  } catch (error) {
    if (error instanceof MediaFlowError) return { error };
    return {
      error: unavailable('provider_unavailable', `${name} does not answer: ${messageOf(error)}`),
      pauseSeconds: 0,
    };
  }
}

function refused(name: string, response: Response, text: string, now: number): Outcome {
  const { status } = response;
  const details = { provider: name, status };
  if (status === 401 || status === 403)
    return { error: unavailable('provider_key_refused', `${name} does not accept our key.`, details) };
  if (status === 408 || status === 429 || status >= 500)
    return {
      error: unavailable('provider_unavailable', `${name} answers ${status}.`, details),
      pauseSeconds: retryAfterSeconds(response.headers.get('retry-after'), now),
    };
  return {
    error: invalid('provider_question_refused', `${name} refuses what it was asked (${status}).`, {
      ...details,
      said: text.slice(0, 300),
    }),
  };
}

/** Seconds from now, of a number or a date; 0 where the server wishes for nothing that can be understood. */
export function retryAfterSeconds(header: string | null, now: number): number {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, (at - now) / 1000);
}

async function textOf(response: Response, name: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MAXIMUM_ANSWER_BYTES) throw answerInvalid(name, 'it is longer than any answer');
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw answerInvalid(name, 'it is no JSON');
  }
}

/** Its words are not told: whoever wrote what was asked about may have chosen them. */
export const answerInvalid = (name: string, why: string, details: JsonObject = {}): MediaFlowError =>
  new MediaFlowError('internal', 'provider_answer_invalid', `The answer of ${name} cannot be used: ${why}.`, {
    provider: name,
    ...details,
  });
