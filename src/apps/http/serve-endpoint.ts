import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requestCommandId, requestHashOf } from '../../core/derived-ids.js';
import { invalid, unsupported } from '../../core/errors.js';
import type { PositionWaiter } from '../../core/projection-store.js';
import { holdsUnstorable } from '../../core/storable-text.js';
import type { Endpoint, EndpointAnswer, EndpointRequest } from '../../http/endpoint.js';
import { sentenceOf } from '../schema-sentences.js';
import { type Access, requireOperator } from './access.js';
import type { EarlyAnswers } from './early-answers.js';
import { requestOriginOf } from './request-origin.js';
import { requestParts } from './request-parts.js';
import { createViewWaits } from './view-waits.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the chain of work that the request begins; empty where it begins none. */
    correlationId: string;
  }
}

/** Made once: zod compiles every schema anew. */
const NO_QUERY = z.strictObject({});

export interface ServeOptions {
  readonly access: Access;
  readonly waiter: PositionWaiter;
  readonly early: Pick<EarlyAnswers, 'remember'>;
}

/** What an endpoint's declaration promises, kept for every request: access, schemas, reading one's own writes. */
export function createServeEndpoint({ access, waiter, early }: ServeOptions) {
  const waitForViews = createViewWaits(waiter);
  return async (endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const headers = request.headers as Readonly<Record<string, string | undefined>>;
    const caller = access(headers.authorization);
    if (endpoint.access === 'operator') requireOperator(caller);

    // One that takes a form as well looks for itself which of the two has come.
    const isForm = endpoint.multipart !== undefined && !isJson(headers);
    if (endpoint.body && !endpoint.multipart && request.isMultipart())
      throw unsupported('unsupported_content_type', 'Send this as application/json.');

    const untilGone = clientSignal(reply);
    const key = headers['idempotency-key'];
    const body = isForm ? undefined : parse(endpoint.body, request.body, 'body');
    const endpointRequest: EndpointRequest = {
      params: parse(endpoint.params, request.params, 'path'),
      query: parse(endpoint.query ?? NO_QUERY, request.query ?? {}, 'query'),
      body,
      headers,
      isHead: request.method === 'HEAD',
      commandId: commandIdOf(request, caller, key),
      requestHash: key === undefined || body === undefined ? null : requestHashOf(body),
      ...requestOriginOf(headers),
      get signal() {
        return untilGone();
      },
      parts: () => requestParts(request),
      ...caller,
      isOperator:
        caller.isOperator && (endpoint.access === 'operator' || endpoint.showsOperatorsMore === true),
    };
    request.correlationId = endpointRequest.commandId;
    const after = headers['mediaflow-after'];
    if (after && endpoint.views) {
      if (!/^[0-9a-zA-Z]{1,64}$/.test(after))
        throw invalid('invalid_position', 'Mediaflow-After is no position of this server.');
      const { isOperator } = caller;
      await waitForViews(endpoint.views, after, { isOperator, signal: untilGone() });
    }
    const answer = await endpoint.handle(endpointRequest);
    setHead(reply, answer);
    // Whoever tries keys is counted each time.
    if (answer.kept && typeof answer.body === 'string' && !caller.hasUnknownKey && reply.statusCode === 200)
      early.remember(request.raw, {
        ...{ kept: answer.kept, body: answer.body },
        ...{ route: endpoint.path, headers: reply.getHeaders() },
      });
    sendBody(reply, answer);
  };
}

const isJson = (headers: Readonly<Record<string, string | undefined>>): boolean =>
  /^\s*application\/json\b/i.test(headers['content-type'] ?? '');

/** Made when asked for: most endpoints never look at it, and firing it costs more than many of them. */
function clientSignal(reply: FastifyReply): () => AbortSignal {
  let gone: AbortController | undefined;
  return () => {
    if (!gone) {
      const controller = new AbortController();
      if (reply.raw.destroyed) controller.abort();
      else reply.raw.once('close', () => controller.abort());
      gone = controller;
    }
    return gone.signal;
  };
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value, { error: sentenceOf });
  if (parsed.success) {
    // The shape is known by now, so this cannot run away with what is nested without end.
    if (holdsUnstorable(parsed.data))
      throw invalid('unstorable_text', `${where}: text with a NUL character or half of a surrogate pair`);
    return parsed.data;
  }
  const issues = parsed.error.issues
    .flatMap(unfold)
    .slice(0, 20)
    .map((issue) => ({
      at: [where, ...issue.path.map(String)].join('.'),
      problem: issue.message,
    }));
  const first = issues[0];
  throw invalid('invalid_request', first ? `${first.at}: ${first.problem}` : 'The request is wrong.', {
    issues,
  });
}

/** Of alternatives, what is wrong with the one that was meant: whose outermost type fits. */
function unfold(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((branch) =>
    branch.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  return (meant ?? issue.errors[0] ?? []).map((inner) => ({
    ...inner,
    path: [...issue.path, ...inner.path],
  }));
}

/** The same key of the same caller on the same target is the same command, however often it is sent. */
function commandIdOf(request: FastifyRequest, caller: ReturnType<Access>, key: string | undefined): string {
  if (key === undefined) return randomUUID();
  if (key === '' || key.length > 255)
    throw invalid('invalid_idempotency_key', 'An Idempotency-Key has 1 to 255 characters.');
  const path = request.url.split('?')[0] ?? request.url;
  return requestCommandId({ actor: caller.actor, method: request.method, path }, key);
}

function setHead(reply: FastifyReply, answer: EndpointAnswer): void {
  reply.status(answer.status ?? 200);
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
}

function sendBody(reply: FastifyReply, { headers, body }: EndpointAnswer): void {
  if (body instanceof Readable) {
    if (reply.request.method === 'HEAD') body.destroy();
    // What is there as a whole needs nobody to wait for it piece by piece.
    else if (body.readableLength > 0 && String(body.readableLength) === headers?.['content-length']) {
      reply.send(body.read());
      return;
    }
  }
  reply.send(body);
}
