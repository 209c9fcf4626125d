import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  createUpload,
  metadataHeader,
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
const _offsetOf = async (path: string) => (await server.send('HEAD', path)).headers['upload-offset'];

describe('creation', () => {
  test.each([
    ['neither length nor deferred length', {}, 400, 'invalid_upload_length'],
    ['both', { 'upload-length': 1, 'upload-defer-length': 1 }, 400, 'invalid_upload_length'],
    ['a length that is no number', { 'upload-length': '1e3' }, 400, 'invalid_header'],
    ['a file over the limit', { 'upload-length': 1_000_001 }, 413, 'file_too_large'],
    ['metadata that is not base64', { 'upload-metadata': 'title a!' }, 400, 'invalid_upload_metadata'],
    ['metadata that is not UTF-8', { 'upload-metadata': 'title /w==' }, 400, 'invalid_upload_metadata'],
    ['a metadata key twice', { 'upload-metadata': 'title YQ==,title YQ==' }, 400, 'invalid_upload_metadata'],
    ['no SHA-256', { 'upload-metadata': metadataHeader({ sha256: 'abc' }) }, 400, 'invalid_sha256'],
    ['a strange idempotency key', { 'idempotency-key': 'x'.repeat(256) }, 400, 'invalid_idempotency_key'],
  ])('with %s is refused, and no item is registered', async (name, headers, status, code) => {
    const before = server.calls.length;
    const length = name.startsWith('neither') ? {} : { 'upload-length': 5 };
    const answer = await server.send('POST', '/v1/uploads', { ...length, ...headers });
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(server.calls.length).toBe(before);
  });

  test('with the bytes in it makes a complete item in one request', async () => {
    const headers = { 'upload-length': 5, 'content-type': 'application/offset+octet-stream' };
    const answer = await server.send('POST', '/v1/uploads', headers, 'whole');
    expect([answer.status, answer.headers['upload-offset']]).toEqual([201, '5']);
    expect(await stored(answer.headers.location?.split('/').at(-1) ?? '')).toBe('whole');
  });

  test('with the same Idempotency-Key gives the same upload, with another file under it a conflict', async () => {
    const headers = { 'upload-length': 4, 'idempotency-key': 'same', 'upload-metadata': 'title YQ==' };
    const first = await createUpload(server, headers);
    await server.send('PATCH', first.path, patchHeaders(0), '12');
    const again = await server.send('POST', '/v1/uploads', headers);
    expect([again.headers.location, again.headers['upload-offset']]).toEqual([first.path, '2']);
    const other = await server.send('POST', '/v1/uploads', { ...headers, 'upload-metadata': 'title Yg==' });
    expect([other.status, other.code]).toEqual([409, 'idempotency_key_reused']);
  });

  test.each([
    ['length', { 'upload-length': 5 }],
    ['role in a concatenation', { 'upload-length': 4, 'upload-concat': 'partial' }],
  ])(
    'with the same Idempotency-Key and another %s is a conflict, not a file that is here already',
    async (difference, second) => {
      const keyed = { 'idempotency-key': `key of ${difference}` };
      const first = await createUpload(server, { ...keyed, 'upload-length': 4 });
      await server.send('PATCH', first.path, patchHeaders(0), 'good');
      const other = await server.send('POST', '/v1/uploads', { ...keyed, ...second });
      expect([other.status, other.code]).toEqual([409, 'idempotency_key_reused']);
      expect(await stored(first.id)).toBe('good');
    },
  );

  test('with the Idempotency-Key of another caller is an upload of its own', async () => {
    const create = async (actor: string) =>
      createUpload(server, { 'upload-length': 4, 'idempotency-key': '1', 'x-test-actor': actor });
    const [first, second] = [await create('key-1'), await create('key-2')];
    expect(second.path).not.toBe(first.path);
    expect(await create('key-1')).toEqual(first);
  });

  test('with the length to come takes it with a later PATCH, once', async () => {
    const { path, id } = await createUpload(server, { 'upload-defer-length': 1 });
    await server.send('PATCH', path, patchHeaders(0), 'abc');
    const head = await server.send('HEAD', path);
    expect([head.headers['upload-defer-length'], head.headers['upload-length']]).toEqual(['1', undefined]);
    const short = await server.send('PATCH', path, patchHeaders(3, { 'upload-length': '2' }), '');
    expect([short.status, short.code]).toEqual([400, 'invalid_upload_length']);
    expect((await server.send('PATCH', path, patchHeaders(3, { 'upload-length': '6' }), 'd')).status).toBe(
      204,
    );
    const changed = await server.send('PATCH', path, patchHeaders(4, { 'upload-length': '7' }), 'ef');
    expect(changed.code).toBe('invalid_upload_length');
    expect((await server.send('PATCH', path, patchHeaders(4), 'ef')).status).toBe(204);
    expect(await stored(id)).toBe('abcdef');
  });

  test('with the length to come, a file that turns out empty fails', async () => {
    const { path, id } = await createUpload(server, { 'upload-defer-length': 1 });
    const answer = await server.send('PATCH', path, patchHeaders(0, { 'upload-length': '0' }), '');
    expect([answer.status, answer.code]).toEqual([400, 'empty_file']);
    expect(server.callsOf(id)).toEqual(['registered', 'failed']);
    expect((await server.send('HEAD', path)).status).toBe(410);
  });
});
