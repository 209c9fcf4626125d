import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import {
  createUpload,
  metadataHeader,
  patchHeaders,
  startUploadServer,
  type UploadServer,
} from '../upload-server.js';

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

describe('creation', () => {
  test.each([
    ['no SHA-256', { 'upload-metadata': metadataHeader({ sha256: 'abc' }) }, 400, 'invalid_sha256'],
    ['a strange idempotency key', { 'idempotency-key': 'x'.repeat(256) }, 400, 'invalid_idempotency_key'],
  ])('with %s is refused, and no item is registered', async (_, headers, status, code) => {
    const before = server.calls.length;
    const answer = await server.send('POST', '/v1/uploads', { 'upload-length': 5, ...headers });
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(server.calls.length).toBe(before);
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

  test('with the same Idempotency-Key and bytes that are not those of its upload is a conflict', async () => {
    const create = (content: string, key: string) =>
      server.send(
        'POST',
        '/v1/uploads',
        { ...patchHeaders(0), 'upload-length': 8, 'idempotency-key': key },
        content,
      );
    for (const [first, same, others] of [
      ['12345678', ['12345678', '1234'], ['12345679', '1235', '123456789']],
      ['1234', ['1234', '123', '12345678'], ['1235', '2', '12355678']],
    ] as const) {
      const { location } = (await create(first, first)).headers;
      for (const content of others)
        expect([content, (await create(content, first)).code]).toEqual([content, 'idempotency_key_reused']);
      for (const content of same) {
        const { headers } = await create(content, first);
        expect([headers.location, headers['upload-offset']]).toEqual([location, String(first.length)]);
      }
    }
  });

  test('with the Idempotency-Key of another caller is an upload of its own', async () => {
    const create = async (actor: string) =>
      createUpload(server, { 'upload-length': 4, 'idempotency-key': '1', authorization: actor });
    const [first, second] = [await create('key-1'), await create('key-2')];
    expect(second.path).not.toBe(first.path);
    expect(await create('key-1')).toEqual(first);
  });
});
