import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { NO_REQUEST } from '../../../../src/core/request-origin.js';
import {
  createUpload,
  digestOf,
  eventually,
  metadataHeader,
  openBody,
  patchHeaders,
  type UploadServer,
} from '../upload-server.js';
import { sendWhole, useUploadServers } from '../upload-servers.js';

const start = useUploadServers();
const UNKNOWN = '/v1/uploads/00000000-0000-8000-8000-000000000000';

const offsetOf = async (server: UploadServer, path: string) =>
  (await server.send('HEAD', path)).headers['upload-offset'];

describe('Core Protocol / Headers', () => {
  test.each(['-1', '1.5', '+1', '1e1', '0x1', '', 'x', '1, 1'])(
    'Upload-Offset: MUST be a non-negative integer, which %j is not',
    async (offset) => {
      const server = await start();
      const { path } = await createUpload(server, { 'upload-length': 4 });
      const answer = await server.send(
        'PATCH',
        path,
        { ...patchHeaders(0), 'upload-offset': offset },
        '1234',
      );
      expect([answer.status, answer.code]).toEqual([400, 'invalid_header']);
      expect(await offsetOf(server, path)).toBe('0');
    },
  );

  test('Upload-Offset: MUST be sent with a PATCH', async () => {
    const server = await start();
    const { path } = await createUpload(server, { 'upload-length': 4 });
    const { 'upload-offset': _, ...headers } = patchHeaders(0);
    const answer = await server.send('PATCH', path, headers, '1234');
    expect([answer.status, answer.code]).toEqual([400, 'invalid_header']);
  });

  test.each(['-1', '1.5', '+1', '1e3', '', 'x'])(
    'Upload-Length: MUST be a non-negative integer, which %j is not',
    async (length) => {
      const server = await start();
      const answer = await server.send('POST', '/v1/uploads', { 'upload-length': length });
      expect([answer.status, answer.code]).toEqual([400, 'invalid_header']);
      expect(server.calls).toEqual([]);
    },
  );

  test('Tus-Resumable: MUST be included in every response, whatever it says', async () => {
    const server = await start({ limits: { maximumSizeBytes: 1000 } });
    const done = await sendWhole(server, '1234');
    const { path } = await createUpload(server, { 'upload-length': 4 });
    const answers = [
      await server.send('OPTIONS', '/v1/uploads'),
      await server.send('HEAD', path),
      await server.send('HEAD', UNKNOWN),
      await server.send('POST', '/v1/uploads', { 'upload-length': 1001 }),
      await server.send('POST', '/v1/uploads', { 'tus-resumable': '0.2.2' }),
      await server.send('PUT', path),
      await server.send('PATCH', path, patchHeaders(2), '34'),
      await server.send('PATCH', path, { 'upload-offset': 0 }, '1234'),
      await server.send('PATCH', done.path, patchHeaders(4), '5'),
      await server.send('DELETE', path),
      await server.send('HEAD', path),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      204, 200, 404, 413, 412, 405, 409, 415, 409, 204, 410,
    ]);
    for (const { headers } of answers) expect(headers['tus-resumable']).toBe('1.0.0');
  });

  test.each([
    ['another one', { 'tus-resumable': '2.0.0' }],
    ['none', { 'tus-resumable': '' }],
  ])(
    'Tus-Resumable: with %s the Server MUST answer 412 with Tus-Version and not process the request',
    async (_, version) => {
      const server = await start();
      const { path, id } = await createUpload(server, { 'upload-length': 4 });
      const before = server.calls.length;
      for (const answer of [
        await server.send('POST', '/v1/uploads', { 'upload-length': 4, ...version }),
        await server.send('PATCH', path, { ...patchHeaders(0), ...version }, '1234'),
        await server.send('DELETE', path, version),
        await server.send('HEAD', path, version),
      ]) {
        expect([answer.status, answer.headers['tus-version']]).toEqual([412, '1.0.0']);
        expect(answer.headers['upload-offset']).toBeUndefined();
      }
      expect(server.calls.length).toBe(before);
      expect(await server.storedBytes(id)).toBeUndefined();
      expect(await offsetOf(server, path)).toBe('0');
    },
  );

  test.each([
    ['PATCH', 204, patchHeaders(0), '1234'],
    ['HEAD', 200, {}, undefined],
    ['DELETE', 204, {}, undefined],
  ])(
    'X-HTTP-Method-Override: a POST MUST be interpreted as the %s it names',
    async (method, status, headers, body) => {
      const server = await start();
      const { path } = await createUpload(server, { 'upload-length': 4 });
      const override = { 'x-http-method-override': method };
      expect((await server.send('POST', path, { ...headers, ...override }, body)).status).toBe(status);
    },
  );

  // A page can make a browser send HEAD and OPTIONS without asking, and the key is not asked for with OPTIONS.
  test.each(['OPTIONS', 'HEAD', 'PATCH'])(
    'X-HTTP-Method-Override: is for environments without PATCH and DELETE, so %s stays what it is',
    async (method) => {
      const server = await start();
      const { path } = await createUpload(server, { 'upload-length': 4 });
      await server.send(method, path, { ...patchHeaders(0), 'x-http-method-override': 'DELETE' });
      expect(await offsetOf(server, path)).toBe('0');
    },
  );
});

describe('Core Protocol / HEAD', () => {
  test('MUST always include Upload-Offset, even 0 or of a completed upload, and Upload-Length where it is known', async () => {
    const server = await start();
    const { path } = await createUpload(server, { 'upload-length': 6 });
    for (const [offset, bytes] of [
      [0, '12'],
      [2, '3456'],
      [6, ''],
    ] as const) {
      const { status, headers } = await server.send('HEAD', path);
      expect([status, headers['upload-offset'], headers['upload-length']]).toEqual([
        200,
        String(offset),
        '6',
      ]);
      await server.send('PATCH', path, patchHeaders(offset), bytes);
    }
  });

  test('of what is not found SHOULD be 404, or 410 for what has ended, without Upload-Offset', async () => {
    const server = await start();
    const { path } = await createUpload(server, { 'upload-length': 6 });
    await server.send('DELETE', path);
    for (const [address, status] of [
      [UNKNOWN, 404],
      ['/v1/uploads/nobody', 404],
      ['/v1/uploads/..%2f..%2fetc', 404],
      [path, 410],
    ] as const) {
      const answer = await server.send('HEAD', address);
      expect([answer.status, answer.headers['upload-offset'], answer.body]).toEqual([status, undefined, '']);
    }
  });

  test('MUST prevent the client and proxies from caching the response: Cache-Control: no-store', async () => {
    const server = await start();
    const { path } = await createUpload(server, { 'upload-length': 6 });
    for (const address of [path, UNKNOWN])
      expect((await server.send('HEAD', address)).headers['cache-control']).toBe('no-store');
  });
});

describe('Core Protocol / PATCH', () => {
  test('Example: a file in two requests is announced, stored, hashed and told as complete', async () => {
    const server = await start();
    const metadata = metadataHeader({
      filename: '../../etc/päss\u0007wd.mp4',
      filetype: 'Video/MP4',
      title: 'A title',
      description: 'Two\nlines',
      tags: 'a, b,,a',
      sha256: digestOf('sha256', 'hello world').toUpperCase(),
    });
    const created = await server.send('POST', '/v1/uploads', {
      'upload-length': 11,
      'upload-metadata': metadata,
    });
    expect(created.status).toBe(201);
    expect(created.headers['upload-expires']).toMatch(/GMT$/);
    const path = created.headers.location ?? '';
    const id = path.split('/').at(-1) ?? '';
    expect(path).toMatch(/^\/v1\/uploads\/[0-9a-f-]{36}$/);

    const first = await server.send('PATCH', path, patchHeaders(0), 'hello ');
    expect([first.status, first.headers['upload-offset']]).toEqual([204, '6']);
    const head = await server.send('HEAD', path);
    expect(head.headers).toMatchObject({
      'upload-offset': '6',
      'upload-length': '11',
      'upload-metadata': metadata,
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
    });
    const last = await server.send('PATCH', path, patchHeaders(6), 'world');
    expect([last.status, last.headers['upload-offset']]).toEqual([204, '11']);
    expect(last.headers['mediaflow-position']).toMatch(/^\d+$/);

    expect(await text(await server.blobs.read(`media/${id}/original`))).toBe('hello world');
    expect(server.calls.filter(({ data }) => data.mediaId === id)).toEqual([
      {
        hook: 'registered',
        ...{ actor: 'operator', ...NO_REQUEST },
        data: {
          mediaId: id,
          filename: 'pässwd.mp4',
          contentType: 'video/mp4',
          title: 'A title',
          description: 'Two\nlines',
          tags: ['a', 'b'],
          declaredSizeBytes: 11,
          declaredSha256: digestOf('sha256', 'hello world'),
          via: 'tus',
        },
      },
      {
        hook: 'completed',
        ...{ actor: 'operator', ...NO_REQUEST },
        data: {
          mediaId: id,
          blobKey: `media/${id}/original`,
          sizeBytes: 11,
          sha256: digestOf('sha256', 'hello world'),
        },
      },
    ]);
    const complete = await server.send('HEAD', path);
    expect(complete.headers).toMatchObject({ 'upload-offset': '11', 'upload-length': '11' });
  });

  test('applies the bytes at the offset, and the new offset MUST be the sum of it and the bytes received', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 11 });
    for (const [offset, bytes] of [
      [0, 'hello'],
      [5, ''],
      [5, ' '],
      [6, 'world'],
    ] as const) {
      const answer = await server.send('PATCH', path, patchHeaders(offset), bytes);
      expect([answer.status, answer.headers['upload-offset']]).toEqual([204, String(offset + bytes.length)]);
    }
    expect(await text(await server.blobs.read(`media/${id}/original`))).toBe('hello world');
  });

  test.each([undefined, 'text/plain', 'application/octet-stream', 'multipart/form-data; boundary=b'])(
    'MUST use Content-Type: application/offset+octet-stream; %j SHOULD be 415',
    async (type) => {
      const server = await start();
      const { path } = await createUpload(server, { 'upload-length': 4 });
      const headers = { 'upload-offset': 0, ...(type ? { 'content-type': type } : {}) };
      const answer = await server.send('PATCH', path, headers, '1234');
      expect([answer.status, answer.code]).toEqual([415, 'wrong_content_type']);
      expect(await offsetOf(server, path)).toBe('0');
    },
  );

  test.each([0, 1, 3, 4, 2 ** 53])(
    'with an offset of %d where two bytes are MUST be 409 without modifying the upload',
    async (offset) => {
      const server = await start();
      const { path, id } = await createUpload(server, { 'upload-length': 4 });
      await server.send('PATCH', path, patchHeaders(0), '12');
      const answer = await server.send('PATCH', path, patchHeaders(offset), '34');
      expect([answer.status, answer.code]).toEqual([409, 'offset_mismatch']);
      expect([await offsetOf(server, path), await server.storedBytes(id)]).toEqual(['2', 2]);
    },
  );

  test('against a non-existent resource SHOULD be 404', async () => {
    const server = await start();
    const answer = await server.send('PATCH', UNKNOWN, patchHeaders(0), '1234');
    expect([answer.status, answer.code]).toEqual([404, 'upload_not_found']);
  });

  test('with more bytes than Upload-Length says is 413 before any count, or at the one that is too many', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 4 });
    const declared = await server.send('PATCH', path, patchHeaders(0), 'too long');
    expect([declared.status, declared.code]).toEqual([413, 'upload_too_long']);
    const chunked = openBody();
    chunked.push('123456');
    chunked.push(null);
    const answer = await server.send('PATCH', path, patchHeaders(0), chunked);
    expect([answer.status, answer.code]).toEqual([413, 'upload_too_long']);
    expect((await server.send('PATCH', path, patchHeaders(0), '1234')).status).toBe(204);
    expect(await text(await server.blobs.read(`media/${id}/original`))).toBe('1234');
  });

  test('that breaks off SHOULD store as much of the received data as possible; others are 423 before', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const body = openBody();
    body.push('1234');
    const sending = server.send('PATCH', path, patchHeaders(0), body).catch(() => 'cut off');
    await eventually(async () => (await server.storedBytes(id)) === 4);
    const other = await server.send('PATCH', path, patchHeaders(4), '5678');
    expect([other.status, other.code]).toEqual([423, 'upload_locked']);
    server.dropConnections();
    expect(await sending).toBe('cut off');
    expect(await offsetOf(server, path)).toBe('4');
    expect((await server.send('PATCH', path, patchHeaders(4), '5678')).status).toBe(204);
    expect(await text(await server.blobs.read(`media/${id}/original`))).toBe('12345678');
  });

  test('sent by two clients at once is taken of one, and the other is told; what comes after the end is 409', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const answers = await Promise.all([
      server.send('PATCH', path, patchHeaders(0), '11111111'),
      server.send('PATCH', path, patchHeaders(0), '22222222'),
    ]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(204);
    expect([409, 423]).toContain(statuses[1]);
    const taken = answers[0].status === 204 ? '11111111' : '22222222';
    expect(await text(await server.blobs.read(`media/${id}/original`))).toBe(taken);
    expect(await offsetOf(server, path)).toBe('8');
    expect(server.callsOf(id)).toEqual(['registered', 'completed']);
    const late = await server.send('PATCH', path, patchHeaders(8), 'more');
    expect([late.status, late.code]).toEqual([409, 'upload_completed']);
  });
});

describe('Core Protocol / OPTIONS', () => {
  test('MUST be 204 or 200 with Tus-Version, and tells extensions, limits and algorithms', async () => {
    const server = await start({ limits: { maximumSizeBytes: 1_000_000 } });
    const { path } = await createUpload(server, { 'upload-length': 8 });
    for (const address of ['/v1/uploads', path]) {
      const { status, headers } = await server.send('OPTIONS', address);
      expect([status, headers]).toMatchObject([
        204,
        {
          'tus-version': '1.0.0',
          'tus-extension':
            'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,checksum-trailer,concatenation',
          'tus-max-size': '1000000',
          'tus-checksum-algorithm': 'sha1,sha256,md5',
        },
      ]);
    }
  });

  test.each(['0.1', '', '1.0.0'])('MUST ignore Tus-Resumable, such as %j', async (version) => {
    const server = await start();
    expect((await server.send('OPTIONS', '/v1/uploads', { 'tus-resumable': version })).status).toBe(204);
  });

  test.each([
    ['PUT', '/v1/uploads', 'OPTIONS, POST'],
    ['GET', '/v1/uploads', 'OPTIONS, POST'],
    ['HEAD', '/v1/uploads', 'OPTIONS, POST'],
    ['PUT', UNKNOWN, 'DELETE, HEAD, OPTIONS, PATCH'],
    ['GET', UNKNOWN, 'DELETE, HEAD, OPTIONS, PATCH'],
  ])('is for the rest: %s %s is 405 and told what is allowed', async (method, path, allowed) => {
    const server = await start();
    const answer = await server.send(method, path);
    expect([answer.status, answer.headers.allow]).toEqual([405, allowed]);
  });
});
