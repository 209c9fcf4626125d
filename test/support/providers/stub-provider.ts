import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. */
export type Fault =
  | {
      readonly status: number;
      readonly retryAfter?: string;
      readonly location?: string;
      readonly says?: string;
    }
  /** It never answers. */
  | 'silence'
  /** It ends in the middle of its answer. */
  | 'cut'
  | 'no json'
  /** JSON, and right in no other way. */
  | 'nonsense'
  /** It answers without end. */
  | 'endless';

export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface StubProvider {
  readonly url: string;
  /** Every request so far. */
  readonly asked: readonly Asked[];
  /** The next requests meet these, one each; those after them are answered. */
  meet(...faults: readonly Fault[]): void;
  /** All requests meet it from now on. */
  alwaysMeet(fault: Fault): void;
  close(): Promise<void>;
}

/** A server of models that answers as told, over real HTTP, and fails as told. */
export async function startStubProvider(answer: (asked: Asked) => unknown): Promise<StubProvider> {
  const faults: Fault[] = [];
  let always: Fault | undefined;
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces) };
    asked.push(one);
    const fault = faults.shift() ?? always;
    if (fault) fail(response, fault);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(one)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    meet: (...next) => faults.push(...next),
    alwaysMeet(fault) {
      always = fault;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function fail(response: ServerResponse, fault: Fault): void {
  if (typeof fault === 'object') {
    const { status, retryAfter, location, says = 'no' } = fault;
    const headers = { ...(retryAfter && { 'retry-after': retryAfter }), ...(location && { location }) };
    response.writeHead(status, headers).end(JSON.stringify({ error: { message: says } }));
    return;
  }
  switch (fault) {
    case 'silence':
      return;
    case 'cut':
      response.writeHead(200, { 'content-length': '1000' }).write('{"model":');
      setTimeout(() => response.destroy(), 10);
      return;
    case 'no json':
      response.writeHead(200).end('<html>502</html>');
      return;
    case 'nonsense':
      response.writeHead(200).end('{"model":"m","results":[{"category_scores":{"sexual":7}}]}');
      return;
    case 'endless': {
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    }
  }
}

/** As OpenAI's moderation endpoint answers. */
export const moderationAnswer = (scores: Readonly<Record<string, number>>) => ({
  ...{ id: 'modr-1', model: 'omni-moderation-2024-09-26' },
  results: [{ flagged: false, categories: {}, category_scores: scores }],
});

/** As a chat model answers: with this as its JSON. */
export const completionAnswer = (content: unknown) => ({
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ finish_reason: 'stop', message: { content: JSON.stringify(content) } }],
  usage: { prompt_tokens: 100, completion_tokens: 20 },
});
