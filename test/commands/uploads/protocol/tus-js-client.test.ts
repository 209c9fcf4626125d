import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Upload, type UploadOptions } from 'tus-js-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { digestOf, startUploadServer, type UploadServer } from '../upload-server.js';

let database: TestDatabase;
let folder: string;
let server: UploadServer;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-uploads-'));
  server = await startUploadServer({ folder, database });
});
afterAll(async () => {
  await server.kill();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const bytes = Buffer.alloc(3 * 1024 * 1024, 'some bytes that do not repeat in step ');
const idOf = (upload: Upload): string => upload.url?.split('/').at(-1) ?? '';

/** Uploads to the end and returns the upload. */
function upload(file: Buffer | Readable, options: UploadOptions): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const started: Upload = new Upload(file, {
      endpoint: `${server.url}/v1/uploads`,
      retryDelays: [0, 20, 50, 100, 200],
      metadata: { filename: 'film.mp4', filetype: 'video/mp4' },
      ...options,
      onSuccess: () => resolve(started),
      onError: reject,
    });
    started.start();
  });
}

async function expectStored(id: string, expected: Buffer): Promise<void> {
  const stored = await buffer(await server.blobs.read(`media/${id}/original`));
  expect(stored.equals(expected)).toBe(true);
  const last = server.calls.findLast(({ data }) => data.mediaId === id);
  expect(last).toMatchObject({ hook: 'completed', data: { sha256: digestOf('sha256', expected) } });
}

test('uploads in chunks', async () => {
  await expectStored(idOf(await upload(bytes, { chunkSize: 1_000_000 })), bytes);
});

test('uploads with the creation', async () => {
  await expectStored(idOf(await upload(bytes, { uploadDataDuringCreation: true })), bytes);
});

test('uploads a stream whose length it does not know', async () => {
  const halves = [bytes.subarray(0, 1_500_000), bytes.subarray(1_500_000)];
  const source = Readable.from(halves, { objectMode: false });
  const options = { chunkSize: 1_000_000, uploadLengthDeferred: true };
  await expectStored(idOf(await upload(source, options)), bytes);
});

test('uploads in parallel parts that are joined', async () => {
  const done = await upload(bytes, { parallelUploads: 3 });
  await server.uploads.settled();
  await expectStored(idOf(done), bytes);
  expect(new Set(server.callsOf(idOf(done)))).toEqual(new Set(['registered', 'completed']));
});

test('goes on by itself after the server was killed in the middle and came back', async () => {
  let killed: Promise<void> | undefined;
  const port = new URL(server.url).port;
  const done = await upload(bytes, {
    chunkSize: 500_000,
    onChunkComplete(_, accepted) {
      if (accepted < 1_000_000 || killed) return;
      killed = server.kill().then(async () => {
        server = await startUploadServer({ folder, database, port: Number(port) });
      });
    },
  });
  await killed;
  await expectStored(idOf(done), bytes);
});

test('200 MB pass through, and client and server together never hold half of that', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 7);
  const chunks = 200;
  const expected = createHash('sha256');
  for (let count = 0; count < chunks; count++) expected.update(chunk);
  const before = process.memoryUsage.rss();
  let highest = before;
  async function* film() {
    for (let count = 0; count < chunks; count++) {
      highest = Math.max(highest, process.memoryUsage.rss());
      yield chunk;
    }
  }
  const answer = await server.send(
    'POST',
    '/v1/uploads',
    { 'upload-length': chunks * chunk.length, 'content-type': 'application/offset+octet-stream' },
    Readable.from(film(), { objectMode: false }),
  );
  expect(answer.status).toBe(201);
  expect(server.calls.at(-1)).toMatchObject({ hook: 'completed', data: { sha256: expected.digest('hex') } });
  expect((highest - before) / 1024 / 1024).toBeLessThan(100);
});
