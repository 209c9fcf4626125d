import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { isMet, within } from './bench-row.js';
import { getRequest, openConnection } from './http-connection.js';
import { openPool, runClosedLoop, runOpenLoop } from './load.js';

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that answers every request with these pieces, each in a packet of its own. */
async function answering(...pieces: string[]): Promise<number> {
  server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('an answer is whole however it is cut', async () => {
  const port = await answering(
    'HTTP/1.1 200 OK\r\nConte',
    'nt-Length: 11\r\nX-Name: value\r\n\r\n{"a"',
    ':"bcd"',
    '}',
  );
  const connection = await openConnection(port);
  for (let turn = 0; turn < 3; turn++) {
    const answer = await connection.send(getRequest('/'));
    expect([answer.status, answer.sizeBytes, answer.header('x-name')]).toEqual([200, 11, 'value']);
    expect(answer.json()).toEqual({ a: 'bcd' });
  }
  connection.close();
});

test('a load whose answers have another status is an error, not a figure', async () => {
  const pool = await openPool(await answering('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'), 2);
  const load = { seconds: 1, expectedStatus: 200, requestNumber: () => getRequest('/x') };
  await expect(runClosedLoop(pool, load)).rejects.toThrow('503 instead of 200: GET /x HTTP/1.1');
  pool.close();
});

test('a pool sends what waits once a connection is free', async () => {
  const pool = await openPool(await answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), 1);
  const answers = await Promise.all(Array.from({ length: 5 }, () => pool.request(getRequest('/'), 200)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  pool.close();
});

test('an open loop goes on starting work while nothing has ended', async () => {
  const everythingStarted = Promise.withResolvers<void>();
  const started: number[] = [];
  await runOpenLoop({
    perSecond: 1000,
    seconds: 0.05,
    async work(index) {
      started.push(index);
      if (started.length === 50) everythingStarted.resolve();
      await everythingStarted.promise;
    },
  });
  expect(started).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('a limit is met up to its very figure', () => {
  const figure = { what: 'start', unit: 's', note: '' };
  expect([9.9, 10, 10.1].map((ours) => isMet(within(10, { ...figure, ours })))).toEqual([true, true, false]);
});
