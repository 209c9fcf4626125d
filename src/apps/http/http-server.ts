import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../../http/problem.js';
import { answerBefore } from './answer-before.js';
import { continueWhenRead } from './continue-when-read.js';
import { endBrokenConnection } from './early-problems.js';
import { type Address, openPort } from './open-port.js';
import { type NotServing, refuseForNow, type StartStep } from './refuse-for-now.js';
import { readTarget, refusedHead } from './request-head.js';

/** Longer than reverse proxies keep theirs, so that none sends a request into a connection that is being closed. */
const KEEP_ALIVE_MILLISECONDS = 72_000;
/** What is under way when the server stops has this long to end; an upload cut off then is resumed later. */
const GRACE_MILLISECONDS = 5_000;

/**
 * The process's HTTP server. It listens from its first moment to its last, so that nobody is refused a connection:
 * before there is an application, and after, everybody is asked to come again (503 with `Retry-After`).
 */
export interface HttpServer {
  readonly url: string;
  readonly server: Server;
  /** What the start waits for from now on, for those who ask. */
  waitsFor(step: StartStep): void;
  /** From the next request on the application answers, on connections that are open already too. */
  serve(application: RequestListener): void;
  /** How many requests are being served. */
  underWay(): number;
  /** From the next request on nobody is served; resolves when those under way have been, or had their time. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Listens at the address; rejects with what the operator can do when nobody can listen there. */
export async function openHttpServer(
  address: Address & { readonly corsOrigins?: readonly string[] },
): Promise<HttpServer> {
  let state: NotServing = { status: 'starting', waitsFor: 'program' };
  const refuse = refuseForNow(() => state, address.corsOrigins);
  let answer = refuse;
  const underWay = new Set<ServerResponse>();

  const serve: RequestListener = (request, response) => {
    readTarget(request);
    const refused = refusedHead(request);
    if (refused) return answerBefore(request, response, endingConnection(refused));
    if (answer !== refuse) {
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
    }
    answer(request, response);
  };
  const server = createServer({ requireHostHeader: false }, serve);
  server.on('checkContinue', (request, response) => {
    continueWhenRead(request, response);
    serve(request, response);
  });
  server.on('checkExpectation', serve);
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  // Uploads take as long as they take; ingestion ends silent connections itself.
  server.requestTimeout = 0;
  server.on('clientError', endBrokenConnection);
  const port = await openPort(server, address);

  return {
    url: port.url,
    server,
    waitsFor(step) {
      state = { status: 'starting', waitsFor: step };
    },
    serve(application) {
      answer = application;
    },
    underWay: () => underWay.size,
    async drain() {
      state = { status: 'stopping' };
      answer = refuse;
      const served = [...underWay].map((response) => new Promise((done) => response.once('close', done)));
      await Promise.race([Promise.all(served), delay(GRACE_MILLISECONDS, undefined, { ref: false })]);
      for (const response of underWay) response.destroy();
    },
    close: () => port.close(),
  };
}

/** What is behind such a head may be another request than its sender meant. */
const endingConnection = ({ headers, ...answer }: Problem): Problem => ({
  ...answer,
  headers: { ...headers, connection: 'close' },
});
