import { request } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foreignRequest, guardKeyless } from '../../../src/apps/http/keyless-guard.js';

const codeOf = (method: string, host: string | undefined, origin?: string) =>
  foreignRequest(
    { method, host, origin },
    { hosts: ['media.example'], origins: ['https://shop.example:8443'] },
  )?.body.code;

describe('while no keys are set', () => {
  test.each([
    '127.0.0.1:3000',
    'localhost:3000',
    'app.localhost',
    '[::1]:3000',
    '192.168.1.20:3000',
    '[fe80::1]',
    'Media.Example',
    undefined,
  ])('the host %s is ours', (host) => {
    expect(codeOf('GET', host)).toBeUndefined();
    expect(codeOf('POST', host)).toBeUndefined();
  });

  test.each([
    'rebound.example:3000',
    'localhost.rebound.example',
    '127.0.0.1.rebound.example',
    'media.example.evil',
    'not a host',
    '',
  ])('the host %j is a name that somebody else may have pointed here', (host) => {
    expect(codeOf('GET', host)).toBe('foreign_host');
  });

  test.each([
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://localhost:5173', '127.0.0.1:3000'],
    ['http://[::1]:5173', 'localhost:3000'],
    ['http://192.168.1.20:3000', '192.168.1.20:3000'],
    ['https://media.example', 'localhost:3000'],
    ['https://shop.example:8443', 'media.example'],
  ])('pages of %s may change what is at %s', (origin, host) => {
    expect(codeOf('POST', host, origin)).toBeUndefined();
  });

  test.each([
    'https://evil.example',
    'null',
    'http://192.168.1.66',
    'https://localhost.evil.example',
    'https://shop.example',
    'http://shop.example:8443',
  ])('pages of %s may read what is public and change nothing', (origin) => {
    for (const method of ['POST', 'PATCH', 'DELETE', 'PUT'])
      expect(codeOf(method, '127.0.0.1:3000', origin)).toBe('foreign_origin');
    expect(codeOf('GET', '127.0.0.1:3000', origin)).toBeUndefined();
  });
});

describe('a server without keys', () => {
  let server: FastifyInstance;
  let port: number;
  let handled = 0;
  beforeAll(async () => {
    server = fastify();
    guardKeyless(server, { hosts: [], origins: [] });
    server.post('/', async () => ({ handled: ++handled }));
    await server.listen({ host: '127.0.0.1', port: 0 });
    const address = server.server.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  afterAll(() => server.close());

  const post = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; type: string | undefined }>((resolve, reject) => {
      request({ port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, type: response.headers['content-type'] });
      })
        .on('error', reject)
        .end();
    });

  test('runs nothing for a foreign name or page, and tells it as a problem', async () => {
    const refusal = { status: 403, type: expect.stringContaining('application/problem+json') };
    expect(await post({ host: 'rebound.example' })).toMatchObject(refusal);
    expect(await post({ origin: 'https://evil.example' })).toMatchObject(refusal);
    expect(handled).toBe(0);
    expect((await post({})).status).toBe(200);
  });
});
