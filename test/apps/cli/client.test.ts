import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createClient } from '../../../src/apps/cli/client.js';

it('a command that is repeated because its outcome is not known is known as the same one', async () => {
  const keys: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    keys.push(headers['idempotency-key'] as string | undefined);
    const isFirst = keys.length === 1;
    const body = isFirst ? {} : { mediaId: 'a', position: '1' };
    response
      .writeHead(isFirst ? 503 : 202, { 'content-type': 'application/json', 'retry-after': '0.001' })
      .end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient({ url, apiKey: undefined, signal: new AbortController().signal });
  await client.review('a', { decision: 'approve', reason: 'Fine' });
  await client.review('a', { decision: 'approve', reason: 'Fine' });
  server.close();
  expect(keys).toEqual([expect.any(String), keys[0], expect.any(String)]);
  expect(keys[2]).not.toBe(keys[0]);
});
