import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { openPort } from '../../../src/apps/http/open-port.js';

const answering = (text: string) => createServer((_request, response) => response.end(text));

test('a port that is taken, and a host that is not there, are told with what to do', async () => {
  const first = await openPort(answering('first'), { host: '127.0.0.1', port: 0 });
  const { port } = new URL(first.url);
  await expect(openPort(answering('second'), { host: '127.0.0.1', port: Number(port) })).rejects.toThrow(
    `Port ${port} is taken by another program; set PORT`,
  );
  await first.close();
  const second = await openPort(answering('second'), { host: '127.0.0.1', port: Number(port) });
  expect(await (await fetch(second.url)).text()).toBe('second');
  await second.close();
  await expect(openPort(answering('third'), { host: '192.0.2.1', port: 0 })).rejects.toThrow('set HOST');
});

test('localhost is every address that the name has here', async () => {
  const { url, close } = await openPort(answering('hello'), { host: 'localhost', port: 0 });
  const { port } = new URL(url);
  for (const host of ['localhost', '127.0.0.1'])
    expect(await (await fetch(`http://${host}:${port}`)).text(), host).toBe('hello');
  await close();
  await expect(fetch(url)).rejects.toThrow();
});

test('an address that stands for all is told as one that can be asked', async () => {
  const { url, close } = await openPort(answering('hello'), { host: '0.0.0.0', port: 0 });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await close();
});
