import { describe, expect, test } from 'vitest';
import { createUpload, eventually, openBody, patchHeaders, type UploadServer } from '../upload-server.js';
import { useUploadServers } from '../upload-servers.js';

const start = useUploadServers();

/** An upload whose first four bytes have come in on a connection that stays open. */
async function halfSent(server: UploadServer, lengthBytes = 8) {
  const upload = await createUpload(server, { 'upload-length': lengthBytes });
  const body = openBody();
  body.push('1234');
  const patch = server.send('PATCH', upload.path, patchHeaders(0), body);
  await eventually(async () => (await server.storedBytes(upload.id)) === 4);
  return { ...upload, body, patch };
}

describe('Core Protocol / HEAD: an offset that is told stays', () => {
  test('so HEAD waits for the end of a PATCH that bytes come in for', async () => {
    const server = await start();
    const { path, body, patch } = await halfSent(server);
    const head = server.send('HEAD', path);
    const early = await Promise.race([head, server.send('PATCH', path, patchHeaders(4), '5678')]);
    // The second PATCH is refused while HEAD has no answer yet.
    expect([early.status, early.code]).toEqual([423, 'upload_locked']);
    body.push('56');
    body.push(null);
    expect((await patch).headers['upload-offset']).toBe('6');
    expect((await head).headers['upload-offset']).toBe('6');
  });

  test('so HEAD is told to come back when bytes still come in after the time it waits', async () => {
    const server = await start({ limits: { stalledSeconds: 1 } });
    const { path, id, body, patch } = await halfSent(server, 1000);
    let sent = 4;
    const drip = setInterval(() => sent < 999 && ++sent && body.push('.'), 20);
    const head = await server.send('HEAD', path);
    clearInterval(drip);
    expect([head.status, head.headers['upload-offset'], head.headers['retry-after']]).toEqual([
      423,
      undefined,
      '1',
    ]);
    body.push('.'.repeat(1000 - sent));
    body.push(null);
    expect((await patch).status).toBe(204);
    expect(await server.storedBytes(id)).toBeUndefined();
    expect((await server.send('HEAD', path)).headers['upload-offset']).toBe('1000');
  });
});
