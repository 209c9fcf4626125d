import { describe, expect, test } from 'vitest';
import { createUpload, eventually, openBody, patchHeaders } from '../upload-server.js';
import { sendWhole, useUploadServers } from '../upload-servers.js';

const start = useUploadServers();

describe('Termination / DELETE: the Server MUST respond with 204 and SHOULD answer 410 from then on', () => {
  test('for an unfinished upload, also one that bytes are coming in for', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const body = openBody();
    body.push('1234');
    const sending = server.send('PATCH', path, patchHeaders(0), body);
    await eventually(async () => (await server.storedBytes(id)) === 4);
    expect((await server.send('DELETE', path, { authorization: 'key-01234567' })).status).toBe(204);
    const cutOff = await sending;
    expect([cutOff.status, JSON.parse(cutOff.body).details.reason]).toEqual([410, 'upload_terminated']);
    expect(server.calls.at(-1)).toMatchObject({
      ...{ hook: 'failed', actor: 'key-01234567' },
      data: { mediaId: id, code: 'upload_terminated' },
    });
    expect(await server.storedBytes(id)).toBeUndefined();
    expect((await server.send('HEAD', path)).status).toBe(410);
    expect((await server.send('DELETE', path)).status).toBe(410);
  });

  test('for a completed upload, whose item is deleted: a client that cancels may not know that all has come', async () => {
    const server = await start();
    const { path, id } = await sendWhole(server, '1234');
    const answer = await server.send('DELETE', path);
    expect([answer.status, answer.headers['mediaflow-position']]).toEqual([
      204,
      expect.stringMatching(/^\d+$/),
    ]);
    expect(server.callsOf(id)).toEqual(['registered', 'completed', 'deleted']);
    expect((await server.send('HEAD', path)).status).toBe(410);
    const patch = await server.send('PATCH', path, patchHeaders(4), '');
    expect([patch.status, patch.code]).toEqual([410, 'upload_gone']);
  });

  test('for an upload whose item is deleted there is nothing to terminate: it is 410 at once', async () => {
    const server = await start();
    const done = await sendWhole(server, '1234');
    const open = await createUpload(server, { 'upload-length': 8 });
    await server.send('PATCH', open.path, patchHeaders(0), '1234');
    for (const { id, path } of [done, open]) {
      await server.uploads.endDeleted(id);
      for (const method of ['HEAD', 'DELETE'])
        expect([method, (await server.send(method, path)).status]).toEqual([method, 410]);
      const patch = await server.send('PATCH', path, patchHeaders(4), '5678');
      expect([patch.status, JSON.parse(patch.body).details.reason]).toEqual([410, 'media_deleted']);
      expect(await server.storedBytes(id)).toBeUndefined();
    }
    await server.uploads.endDeleted('00000000-0000-8000-8000-000000000000');
  });

  test('for an upload whose item is deleted while bytes come in, the request that brings them is told 410', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const body = openBody();
    body.push('1234');
    const sending = server.send('PATCH', path, patchHeaders(0), body);
    await eventually(async () => (await server.storedBytes(id)) === 4);
    await server.uploads.endDeleted(id);
    expect((await server.send('HEAD', path)).status).toBe(410);
    const cutOff = await sending;
    expect([cutOff.status, JSON.parse(cutOff.body).details.reason]).toEqual([410, 'media_deleted']);
    expect(await server.storedBytes(id)).toBeUndefined();
  });
});
