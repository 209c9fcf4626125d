import { measureLatencies } from '../event-store/statistics.js';
import { type HttpAnswer, type HttpConnection, openConnection } from './http-connection.js';

export interface ConnectionPool {
  readonly connections: readonly HttpConnection[];
  /** Waits for a free connection; throws unless the answer has the status. */
  request(request: string, expectedStatus: number): Promise<HttpAnswer>;
  close(): void;
}

export async function openPool(port: number, size: number): Promise<ConnectionPool> {
  const connections = await Promise.all(Array.from({ length: size }, () => openConnection(port)));
  const free = [...connections];
  const waiting: ((connection: HttpConnection) => void)[] = [];
  return {
    connections,
    async request(request, expectedStatus) {
      const connection =
        free.pop() ?? (await new Promise<HttpConnection>((resolve) => waiting.push(resolve)));
      try {
        return expectStatus(await connection.send(request), expectedStatus, request);
      } finally {
        const next = waiting.shift();
        if (next) next(connection);
        else free.push(connection);
      }
    },
    close: () => {
      for (const connection of connections) connection.close();
    },
  };
}

function expectStatus(answer: HttpAnswer, expected: number, request: string): HttpAnswer {
  if (answer.status !== expected)
    throw new Error(`${answer.status} instead of ${expected}: ${request.slice(0, request.indexOf('\r'))}`);
  return answer;
}

/** Every connection sends its next request when it has the last answer: as much as the server can take. */
export async function runClosedLoop(
  pool: ConnectionPool,
  options: {
    readonly seconds: number;
    readonly expectedStatus: number;
    readonly requestNumber: (index: number) => string;
  },
) {
  const milliseconds: number[] = [];
  let next = 0;
  let bytes = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + options.seconds * 1000;
  await Promise.all(
    pool.connections.map(async (connection) => {
      for (let sentAt = performance.now(); sentAt < endsAt; sentAt = performance.now()) {
        const request = options.requestNumber(next++);
        const answer = expectStatus(await connection.send(request), options.expectedStatus, request);
        milliseconds.push(performance.now() - sentAt);
        bytes += answer.sizeBytes;
      }
    }),
  );
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  return {
    answers: milliseconds.length,
    perSecond: milliseconds.length / elapsedSeconds,
    bytesPerSecond: bytes / elapsedSeconds,
    ...measureLatencies(milliseconds),
  };
}

/**
 * Starts `work` at a fixed rate, whether earlier calls have ended or not, so that a server that stalls is not spared
 * the requests that would have come meanwhile. Resolves when all have ended, or rejects with the first error.
 */
export async function runOpenLoop(options: {
  readonly perSecond: number;
  readonly seconds: number;
  readonly work: (index: number) => Promise<void>;
}): Promise<void> {
  const total = Math.round(options.perSecond * options.seconds);
  const running: Promise<void>[] = [];
  const startedAt = performance.now();
  while (running.length < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1000) * options.perSecond);
    while (running.length < due) running.push(options.work(running.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(running);
}
