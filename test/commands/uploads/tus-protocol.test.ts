import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  createUpload,
  digestOf,
  eventually,
  metadataHeader,
  openBody,
  patchHeaders,
  startUploadServer,
  type UploadServer,
} from './upload-server.js';

let database: TestDatabase;
let folder: string;
let server: UploadServer;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-uploads-'));
  server = await startUploadServer({ folder, database, limits: { maximumSizeBytes: 1_000_000 } });
});
afterAll(async () => {
  await server.kill();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const stored = async (id: string) => text(await server.blobs.read(`media/${id}/original`));
const offsetOf = async (path: string) => (await server.send('HEAD', path)).headers['upload-offset'];

describe('core protocol', () => {
  test('OPTIONS tells version, extensions, limits and algorithms, to clients of any version', async () => {
    const answer = await server.send('OPTIONS', '/v1/uploads', { 'tus-resumable': '0.1' });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'tus-version': '1.0.0',
      'tus-extension':
        'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,concatenation',
      'tus-max-size': '1000000',
      'tus-checksum-algorithm': 'sha1,sha256,md5',
    });
  });

  test('a file in two PATCHes is announced, stored, hashed and told as complete', async () => {
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

    expect(await stored(id)).toBe('hello world');
    expect(server.calls.filter(({ data }) => data.mediaId === id)).toEqual([
      {
        hook: 'registered',
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

  test('a wrong offset, content type, version, method, id or header is answered with what is wrong', async () => {
    const { path } = await createUpload(server, { 'upload-length': 4 });
    const unknown = '/v1/uploads/00000000-0000-8000-8000-000000000000';
    const cases: [number, string | undefined, Awaited<ReturnType<typeof server.send>>][] = [
      [409, 'offset_mismatch', await server.send('PATCH', path, patchHeaders(2), 'xx')],
      [400, 'invalid_header', await server.send('PATCH', path, patchHeaders(-1), 'xx')],
      [415, 'wrong_content_type', await server.send('PATCH', path, { 'upload-offset': 0 }, 'xx')],
      [412, 'unsupported_tus_version', await server.send('PATCH', path, { 'tus-resumable': '2.0.0' }, 'xx')],
      [413, 'upload_too_long', await server.send('PATCH', path, patchHeaders(0), 'too long')],
      [405, 'method_not_allowed', await server.send('PUT', path)],
      [405, 'method_not_allowed', await server.send('GET', '/v1/uploads')],
      [404, 'upload_not_found', await server.send('PATCH', unknown, patchHeaders(0), 'x')],
      [404, 'upload_not_found', await server.send('DELETE', '/v1/uploads/..%2f..%2fetc')],
      [404, undefined, await server.send('HEAD', unknown)],
    ];
    for (const [status, code, answer] of cases) expect([answer.status, answer.code]).toEqual([status, code]);
    expect(cases[3]?.[2].headers['tus-version']).toBe('1.0.0');
    expect(cases[5]?.[2].headers.allow).toBe('DELETE, HEAD, OPTIONS, PATCH');
    expect(cases[6]?.[2].headers.allow).toBe('OPTIONS, POST');
    expect(await offsetOf(path)).toBe('0');
  });

  test('a chunked body longer than the upload is refused at the byte that is too many', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 4 });
    const body = openBody();
    body.push('123456');
    body.push(null);
    const answer = await server.send('PATCH', path, patchHeaders(0), body);
    expect([answer.status, answer.code]).toEqual([413, 'upload_too_long']);
    await server.send('PATCH', path, patchHeaders(0), '1234');
    expect(await stored(id)).toBe('1234');
  });

  test('a method can travel in X-HTTP-Method-Override', async () => {
    const { path } = await createUpload(server, { 'upload-length': 4 });
    const override = { 'x-http-method-override': 'PATCH' };
    const answer = await server.send('POST', path, { ...patchHeaders(0), ...override }, '1234');
    expect(answer.status).toBe(204);
  });

  test.each(['OPTIONS', 'HEAD', 'PATCH'])(
    '%s stays what it is, whatever X-HTTP-Method-Override says',
    async (method) => {
      const { path } = await createUpload(server, { 'upload-length': 4 });
      const override = { 'x-http-method-override': 'DELETE' };
      await server.send(method, path, { ...patchHeaders(0), ...override });
      expect(await offsetOf(path)).toBe('0');
    },
  );

  test('while bytes come in others are told so, and when the connection drops what arrived stays', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const body = openBody();
    body.push('1234');
    const sending = server.send('PATCH', path, patchHeaders(0), body).catch(() => 'cut off');
    await eventually(async () => (await server.storedBytes(id)) === 4);
    const other = await server.send('PATCH', path, patchHeaders(4), '5678');
    expect([other.status, other.code]).toEqual([423, 'upload_locked']);
    server.dropConnections();
    expect(await sending).toBe('cut off');
    await eventually(async () => (await server.send('PATCH', path, patchHeaders(4), '5678')).status === 204);
    expect(await stored(id)).toBe('12345678');
  });

  test('of two clients finishing the same upload one wins, the other is told, and HEAD shows it complete', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const answers = await Promise.all([
      server.send('PATCH', path, patchHeaders(0), '11111111'),
      server.send('PATCH', path, patchHeaders(0), '22222222'),
    ]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(204);
    expect([409, 423]).toContain(statuses[1]);
    expect(await stored(id)).toBe(answers[0].status === 204 ? '11111111' : '22222222');
    expect(await offsetOf(path)).toBe('8');
    expect(server.callsOf(id)).toEqual(['registered', 'completed']);
    const late = await server.send('PATCH', path, patchHeaders(8), 'more');
    expect([late.status, late.code]).toEqual([409, 'upload_completed']);
  });
});
