import { describe, expect, test } from 'vitest';
import { createUpload, patchHeaders } from '../upload-server.js';
import { useUploadServers } from './servers.js';

const start = useUploadServers();

describe('Creation / POST', () => {
  test.each(['1000001', '9007199254740991', '9007199254740992', '9'.repeat(400)])(
    'of a length over the maximum MUST be 413: %s',
    async (length) => {
      const server = await start({ limits: { maximumSizeBytes: 1_000_000 } });
      const answer = await server.send('POST', '/v1/uploads', { 'upload-length': length });
      expect([answer.status, answer.code]).toEqual([413, 'file_too_large']);
      const { path } = await createUpload(server, { 'upload-defer-length': 1 });
      const patch = await server.send('PATCH', path, patchHeaders(0, { 'upload-length': length }), 'x');
      expect([patch.status, patch.code]).toEqual([413, 'file_too_large']);
    },
  );

  test('of an empty file, whose length of 0 is a length, MUST be 201; its item hears at once why it fails', async () => {
    const server = await start();
    const created = await server.send('POST', '/v1/uploads', { 'upload-length': 0 });
    expect([created.status, created.headers['upload-offset']]).toEqual([201, '0']);
    const path = created.headers.location ?? '';
    const id = path.split('/').at(-1) ?? '';
    expect(server.calls).toMatchObject([
      { hook: 'registered', data: { mediaId: id, declaredSizeBytes: 0 } },
      { hook: 'failed', data: { mediaId: id, code: 'empty_file' } },
    ]);
    expect((await server.send('HEAD', path)).status).toBe(410);
    expect(await server.storedBytes(id)).toBeUndefined();
  });
});
