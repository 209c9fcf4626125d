import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CuttingProxy, createCuttingProxy } from './cutting-proxy.js';

/** Says everything back. */
let echo: Server;
let proxy: CuttingProxy;
const clients: Socket[] = [];

beforeAll(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await createCuttingProxy(`tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`);
});
beforeEach(() => proxy.heal());
afterAll(async () => {
  for (const client of clients) client.destroy();
  await proxy.close();
  echo.close();
});

async function open(): Promise<{
  socket: Socket;
  ask(text: string): Promise<string>;
  gone: Promise<string>;
}> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  clients.push(socket);
  const gone = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve('closed'));
  });
  await once(socket, 'connect');
  const ask = async (text: string) => {
    const answer = once(socket, 'data');
    socket.write(text);
    return String((await answer)[0]);
  };
  return { socket, ask, gone };
}

test('a slow way carries everything later, both ways and in order, also what comes when it is fast again', async () => {
  const { socket, ask } = await open();
  expect(await ask('fast')).toBe('fast');
  proxy.ail({ kind: 'latency', milliseconds: 100 });
  const begun = performance.now();
  expect(await ask('slow')).toBe('slow');
  expect(performance.now() - begun).toBeGreaterThan(195);
  let told = '';
  socket.on('data', (bytes) => {
    told += bytes;
  });
  socket.write('one ');
  await delay(20);
  proxy.heal();
  socket.write('two');
  await expect.poll(() => told).toBe('one two');
});

test('a way that resets does so once a connection has carried so much, and a new one begins anew', async () => {
  const before = await open();
  expect(await before.ask('a'.repeat(500))).toHaveLength(500);
  proxy.ail({ kind: 'resets', afterBytes: 100 });
  for (const { ask, socket, gone } of [before, await open()]) {
    expect(await ask('a'.repeat(40))).toHaveLength(40);
    socket.write('a'.repeat(40));
    expect(await gone).toBe('ECONNRESET');
  }
  proxy.heal();
  expect(await (await open()).ask('again')).toBe('again');
});

test('a half-open way takes connections and carries nothing, until it is healed', async () => {
  const before = await open();
  proxy.ail({ kind: 'half-open' });
  const after = await open();
  const answers = [before.ask('before'), after.ask('after')];
  expect(await Promise.race([...answers, delay(200, 'silence')])).toBe('silence');
  proxy.heal();
  expect(await Promise.all(answers)).toEqual(['before', 'after']);
});

test('nothing gets through to a server that cannot be reached', async () => {
  const before = await open();
  expect(await before.ask('a')).toBe('a');
  proxy.ail({ kind: 'unreachable' });
  expect(await before.gone).toBe('ECONNRESET');
  const after = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  const [error] = (await once(after, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});
