import { Hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { queryObjects } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  createUpload,
  digestOf,
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

const _stored = async (id: string) => text(await server.blobs.read(`media/${id}/original`));
const _offsetOf = async (path: string) => (await server.send('HEAD', path)).headers['upload-offset'];

describe('concatenation', () => {
  const partial = async (content: string) => {
    const upload = await createUpload(server, {
      'upload-length': content.length,
      'upload-concat': 'partial',
    });
    await server.send('PATCH', upload.path, patchHeaders(0), content);
    return upload;
  };

  test('parts that are joined leave no hash behind', async () => {
    const before = queryObjects(Hash, { format: 'count' });
    const parts = await Promise.all(Array.from({ length: 20 }, () => partial('part')));
    await createUpload(server, { 'upload-concat': `final;${parts.map(({ path }) => path).join(' ')}` });
    await server.uploads.settled();
    expect(queryObjects(Hash, { format: 'count' })).toBeLessThan(before + 20);
  });

  test('other parts under a known Idempotency-Key are a conflict, not the file that is there', async () => {
    const create = ({ path }: { path: string }) =>
      server.send('POST', '/v1/uploads', { 'upload-concat': `final;${path}`, 'idempotency-key': 'final' });
    const first = await create(await partial('first'));
    const other = await create(await partial('other'));
    expect([first.status, other.status, other.code]).toEqual([201, 409, 'idempotency_key_reused']);
  });

  test('a joined file that is not the one declared fails', async () => {
    const part = await partial('wrong');
    const answer = await server.send('POST', '/v1/uploads', {
      'upload-concat': `final;${part.path}`,
      'upload-metadata': metadataHeader({ sha256: digestOf('sha256', 'right') }),
    });
    await server.uploads.settled();
    const gone = await server.send('PATCH', answer.headers.location ?? '', patchHeaders(0), 'right');
    expect([answer.status, gone.status]).toEqual([201, 410]);
    expect(JSON.parse(gone.body).details.reason).toBe('checksum_mismatch');
    expect(server.calls.at(-1)).toMatchObject({ hook: 'failed', data: { code: 'checksum_mismatch' } });
  });
});
