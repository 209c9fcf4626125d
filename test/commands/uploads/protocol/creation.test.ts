import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createUpload, metadataHeader, patchHeaders } from '../upload-server.js';
import { useUploadServers } from '../upload-servers.js';

const start = useUploadServers();
const bytesType = { 'content-type': 'application/offset+octet-stream' };
const idOf = (location = '') => location.split('/').at(-1) ?? '';

describe('Creation / POST', () => {
  test('MUST be acknowledged with 201 and a Location, whose upload has an implicit offset of 0', async () => {
    const server = await start();
    const created = await server.send('POST', '/v1/uploads', { 'upload-length': 100 });
    expect([created.status, created.headers.location]).toEqual([
      201,
      expect.stringMatching(/^\/v1\/uploads\/[0-9a-f-]{36}$/),
    ]);
    const head = await server.send('HEAD', created.headers.location ?? '');
    expect(head.headers).toMatchObject({ 'upload-offset': '0', 'upload-length': '100' });
    expect(head.headers).not.toHaveProperty('upload-defer-length');
    expect(head.headers).not.toHaveProperty('upload-metadata');
    expect(head.headers).not.toHaveProperty('upload-concat');
  });

  test.each([
    ['none', {}],
    ['both', { 'upload-length': 1, 'upload-defer-length': 1 }],
  ])('MUST include one of Upload-Length and Upload-Defer-Length: %s is 400', async (_, headers) => {
    const server = await start();
    const answer = await server.send('POST', '/v1/uploads', headers);
    expect([answer.status, answer.code]).toEqual([400, 'invalid_upload_length']);
    expect(server.calls).toEqual([]);
  });

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
    expect(server.calls).toMatchObject([
      { hook: 'registered', data: { mediaId: idOf(path), declaredSizeBytes: 0 } },
      { hook: 'failed', data: { mediaId: idOf(path), code: 'empty_file' } },
    ]);
    expect((await server.send('HEAD', path)).status).toBe(410);
    expect(await server.storedBytes(idOf(path))).toBeUndefined();
  });
});

describe('Creation / Upload-Metadata', () => {
  test.each([
    ['pairs', metadataHeader({ filename: 'film.mp4', title: 'A title' })],
    ['a key without a value, and without its space', 'is_confidential,title YQ=='],
    ['a key without a value, with its space', 'is_confidential ,title YQ=='],
    ['keys that mean nothing here', 'relativePath YQ==,type dmlkZW8='],
  ])('MUST come back in HEAD as the client specified it: %s', async (_, metadata) => {
    const server = await start();
    const { path } = await createUpload(server, { 'upload-length': 5, 'upload-metadata': metadata });
    expect((await server.send('HEAD', path)).headers['upload-metadata']).toBe(metadata);
  });

  test.each([
    ['a value that is not Base64', 'title a!'],
    ['a value that is text and not UTF-8', 'title /w=='],
    ['a key twice: all keys MUST be unique', 'title YQ==,title YQ=='],
    ['an empty key', 'title YQ==,,type YQ=='],
    ['a pair with two spaces', 'title YQ== YQ=='],
    ['a key that is not ASCII', 'tïtle YQ=='],
  ])('is refused with 400, before there is an item: %s', async (_, metadata) => {
    const server = await start();
    const answer = await server.send('POST', '/v1/uploads', {
      'upload-length': 5,
      'upload-metadata': metadata,
    });
    expect([answer.status, answer.code]).toEqual([400, 'invalid_upload_metadata']);
    expect(server.calls).toEqual([]);
  });
});

describe('Creation / Upload-Defer-Length', () => {
  test.each(['0', '2', '', 'true'])('any other value than 1 SHOULD be 400: %j', async (value) => {
    const server = await start();
    const answer = await server.send('POST', '/v1/uploads', { 'upload-defer-length': value });
    expect([answer.status, answer.code]).toEqual([400, 'invalid_upload_length']);
  });

  test('MUST be in every answer to HEAD while the length is not known, and the length MUST NOT change once set', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-defer-length': 1 });
    for (const offset of [0, 3]) {
      const { headers } = await server.send('HEAD', path);
      expect([headers['upload-defer-length'], headers['upload-length']]).toEqual(['1', undefined]);
      if (offset === 0) await server.send('PATCH', path, patchHeaders(0), 'abc');
    }
    const short = await server.send('PATCH', path, patchHeaders(3, { 'upload-length': '2' }), '');
    expect([short.status, short.code]).toEqual([400, 'invalid_upload_length']);
    const set = await server.send('PATCH', path, patchHeaders(3, { 'upload-length': '6' }), 'd');
    expect(set.status).toBe(204);
    const { headers } = await server.send('HEAD', path);
    expect([headers['upload-defer-length'], headers['upload-length']]).toEqual([undefined, '6']);
    const changed = await server.send('PATCH', path, patchHeaders(4, { 'upload-length': '7' }), 'ef');
    expect([changed.status, changed.code]).toEqual([400, 'invalid_upload_length']);
    expect((await server.send('PATCH', path, patchHeaders(4), 'ef')).status).toBe(204);
    expect(await text(await server.blobs.read(`media/${id}/original`))).toBe('abcdef');
  });

  test('of a file that turns out empty: the last PATCH says so, and the item fails', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-defer-length': 1 });
    const answer = await server.send('PATCH', path, patchHeaders(0, { 'upload-length': '0' }), '');
    expect([answer.status, answer.code]).toEqual([400, 'empty_file']);
    expect(server.callsOf(id)).toEqual(['registered', 'failed']);
    expect((await server.send('HEAD', path)).status).toBe(410);
  });
});

describe('Creation With Upload / POST', () => {
  test.each([
    ['the entirety', 5, 'whole', '5'],
    ['a chunk', 10, 'first', '5'],
    ['nothing', 10, '', '0'],
  ])(
    'MUST answer with the Upload-Offset after the bytes that came with it: %s',
    async (_, length, bytes, offset) => {
      const server = await start();
      const headers = { 'upload-length': length, ...bytesType };
      const answer = await server.send('POST', '/v1/uploads', headers, bytes);
      expect([answer.status, answer.headers['upload-offset']]).toEqual([201, offset]);
      const head = await server.send('HEAD', answer.headers.location ?? '');
      expect(head.headers['upload-offset']).toBe(offset);
    },
  );

  test('takes bytes of unknown number as well, when they come without an end that is known', async () => {
    const server = await start();
    const body = Readable.from(['he', 'llo'], { objectMode: false });
    const answer = await server.send('POST', '/v1/uploads', { 'upload-length': 5, ...bytesType }, body);
    expect([answer.status, answer.headers['upload-offset']]).toEqual([201, '5']);
    const original = `media/${idOf(answer.headers.location)}/original`;
    expect(await text(await server.blobs.read(original))).toBe('hello');
  });

  test('MUST have Content-Type: application/offset+octet-stream; other bodies are none of the upload', async () => {
    const server = await start();
    const headers = { 'upload-length': 5, 'content-type': 'text/plain' };
    const answer = await server.send('POST', '/v1/uploads', headers, 'whole');
    expect([answer.status, answer.headers['upload-offset']]).toEqual([201, '0']);
  });

  test('follows the rules of PATCH: more bytes than the length are 413, and a wrong checksum is 460', async () => {
    const server = await start();
    const tooMany = await server.send('POST', '/v1/uploads', { 'upload-length': 4, ...bytesType }, 'whole');
    expect([tooMany.status, tooMany.code]).toEqual([413, 'upload_too_long']);
    const checksum = { 'upload-checksum': `sha1 ${Buffer.from('no digest of it').toString('base64')}` };
    const headers = { 'upload-length': 5, ...bytesType, ...checksum };
    const wrong = await server.send('POST', '/v1/uploads', headers, 'whole');
    expect([wrong.status, wrong.code]).toEqual([460, 'checksum_mismatch']);
  });
});
