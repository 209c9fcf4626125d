import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { patchHeaders, startUploadServer, type UploadServer } from '../upload-server.js';

type Options = Partial<Parameters<typeof startUploadServer>[0]>;

/** For a test file: starts upload servers on one database and folder, and ends them after each test. */
export function useUploadServers(): (options?: Options) => Promise<UploadServer> {
  let database: TestDatabase;
  let folder: string;
  const running: UploadServer[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'mediaflow-uploads-'));
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await server.kill();
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  return async (options = {}) => {
    const server = await startUploadServer({ folder, database, ...options });
    running.push(server);
    return server;
  };
}

/** Creates an upload of this content, sends it whole, and returns where it is. */
export async function sendWhole(
  server: UploadServer,
  content: string,
  headers: Record<string, string> = {},
): Promise<{ readonly path: string; readonly id: string }> {
  const created = await server.send('POST', '/v1/uploads', { 'upload-length': content.length, ...headers });
  const path = created.headers.location ?? '';
  const patched = await server.send('PATCH', path, patchHeaders(0), content);
  if (patched.status !== 204) throw new Error(`Not taken: ${patched.status} ${patched.body}`);
  return { path, id: path.split('/').at(-1) ?? '' };
}
