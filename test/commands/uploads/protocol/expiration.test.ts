import { describe, expect, test } from 'vitest';
import { createUpload, patchHeaders } from '../upload-server.js';
import { useUploadServers } from '../upload-servers.js';

const start = useUploadServers();
const IMF_FIXDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

describe('Expiration / Upload-Expires', () => {
  test('MUST be in the answers to POST and every PATCH of an upload that is going to expire, as an RFC 7231 date', async () => {
    const server = await start();
    const created = await server.send('POST', '/v1/uploads', { 'upload-length': 10 });
    const path = created.headers.location ?? '';
    const first = await server.send('PATCH', path, patchHeaders(0), 'hello');
    const head = await server.send('HEAD', path);
    for (const { headers } of [created, first, head]) expect(headers['upload-expires']).toMatch(IMF_FIXDATE);
    const last = await server.send('PATCH', path, patchHeaders(5), 'world');
    expect(last.headers['upload-expires']).toBeUndefined();
  });

  test('MAY change over time: bytes put it off', async () => {
    let now = '2026-01-01T00:00:00.000Z';
    const server = await start({ now: () => now });
    const { path } = await createUpload(server, { 'upload-length': 10 });
    now = '2026-01-01T23:00:00.000Z';
    const patch = await server.send('PATCH', path, patchHeaders(0), 'hello');
    expect(patch.headers['upload-expires']).toBe('Fri, 02 Jan 2026 23:00:00 GMT');
  });

  test('has passed: the Server SHOULD answer 410, as long as it remembers, then 404; the item hears of it', async () => {
    let now = '2026-01-01T00:00:00.000Z';
    const server = await start({ now: () => now });
    const { path, id } = await createUpload(server, { 'upload-length': 10 });
    await server.send('PATCH', path, patchHeaders(0), 'hello');
    const expiresAt = (await server.send('HEAD', path)).headers['upload-expires'];
    const at = new Date(String(expiresAt)).getTime();

    now = new Date(at - 1000).toISOString();
    expect(await server.uploads.expireUploads()).toMatchObject({ closed: 0, failed: 0 });
    expect((await server.send('HEAD', path)).status).toBe(200);
    now = new Date(at).toISOString();
    // Nor do bytes bring it back before the sweep has come round.
    expect((await server.send('HEAD', path)).status).toBe(410);
    expect((await server.send('PATCH', path, patchHeaders(5), 'world')).status).toBe(410);
    expect(await server.uploads.expireUploads()).toMatchObject({ closed: 1, failed: 0 });
    expect(server.calls.at(-1)).toMatchObject({
      hook: 'failed',
      data: { mediaId: id, code: 'upload_expired' },
    });
    expect(await server.storedBytes(id)).toBeUndefined();
    const gone = await server.send('PATCH', path, patchHeaders(5), 'x');
    expect([gone.status, gone.code, JSON.parse(gone.body).details.reason]).toEqual([
      410,
      'upload_gone',
      'upload_expired',
    ]);
    now = new Date(at + 8 * 24 * 3600 * 1000).toISOString();
    await server.uploads.expireUploads();
    expect((await server.send('HEAD', path)).status).toBe(404);
  });
});
