import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COPIES, type Processes, type ProcessName, type Role } from './processes.js';

/** What a proxy in front of the product waits for the head of an answer. */
const PATIENCE_MS = 30_000;
/** One that did not answer is left out for so long, where there is another. */
const AVOIDED_FOR_MS = 5_000;

export interface FrontDoor {
  readonly url: string;
  close(): void;
}

/**
 * The one address of clients, as docs/operations.md wants it in front of split roles: what reads goes to `query`, everything
 * else and all of `/v1/uploads` to `command`, in turn. Who comes while nobody answers is told 503.
 */
export async function openFrontDoor(processes: Pick<Processes, 'url'>): Promise<FrontDoor> {
  let turn = 0;
  const avoidedUntil = new Map<ProcessName, number>();

  function choose(role: Role): ProcessName {
    turn++;
    const inTurn = COPIES.map((_, index): ProcessName => {
      const copy = COPIES[(index + turn) % COPIES.length];
      return `${role} ${copy ?? 1}`;
    });
    const isFine = (name: ProcessName) =>
      processes.url(name) !== undefined && (avoidedUntil.get(name) ?? 0) < performance.now();
    return inTurn.find(isFine) ?? (inTurn[0] as ProcessName);
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const name = choose(roleFor(request));
    const address = processes.url(name);
    const giveUp = () => {
      if (response.destroyed) return;
      avoidedUntil.set(name, performance.now() + AVOIDED_FOR_MS);
      // What has begun to be answered cannot become another answer.
      if (response.headersSent) return void response.destroy();
      response.writeHead(503, { 'content-type': 'text/plain', connection: 'close' }).end('Nobody answers');
    };
    if (address === undefined) return void giveUp();
    const { method, headers, url } = request;
    const onward = send(new URL(url ?? '/', address), {
      agent: false,
      ...(method === undefined ? {} : { method }),
      headers,
    });
    const deadline = setTimeout(() => onward.destroy(new Error('No answer')), PATIENCE_MS);
    onward.on('error', () => {
      clearTimeout(deadline);
      giveUp();
    });
    onward.once('response', (answer) => {
      clearTimeout(deadline);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.once('error', () => response.destroy());
      answer.pipe(response);
    });
    response.once('close', () => onward.destroy());
    request.once('error', () => onward.destroy());
    request.pipe(onward);
  }

  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function roleFor({ method, url = '' }: IncomingMessage): Role {
  const isReading = method === 'GET' || method === 'HEAD';
  return isReading && !url.startsWith('/v1/uploads') ? 'query' : 'command';
}
