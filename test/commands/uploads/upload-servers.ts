import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Finishing } from '../../../src/core/blob-store.js';
import { unavailable } from '../../../src/core/errors.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { patchHeaders, startUploadServer, type UploadServer } from './upload-server.js';

type Options = Partial<Parameters<typeof startUploadServer>[0]>;

/** What the upload servers of one test file share; there from its first test on. */
interface UploadServers {
  readonly start: (options?: Options) => Promise<UploadServer>;
  readonly database: TestDatabase;
  readonly folder: string;
}

/** For a test file: starts upload servers on one database and folder, and ends them after each test. */
export function uploadServers(afterTest: (servers: UploadServers) => Promise<unknown> = async () => {}) {
  const running: UploadServer[] = [];
  const servers = {
    async start(options: Options = {}) {
      const server = await startUploadServer({ ...servers, ...options });
      running.push(server);
      return server;
    },
  } as { -readonly [Name in keyof UploadServers]: UploadServers[Name] };
  beforeAll(async () => {
    servers.database = await createTestDatabase();
    servers.folder = await mkdtemp(join(tmpdir(), 'mediaflow-uploads-'));
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await server.kill();
    await afterTest(servers);
  });
  afterAll(async () => {
    await servers.database.drop();
    await rm(servers.folder, { recursive: true, force: true });
  });
  return servers as UploadServers;
}

export const useUploadServers = (): UploadServers['start'] => uploadServers().start;

/** For `uploadServers`: the next test finds none of the uploads of this one. */
export const forgetUploads = ({ database }: UploadServers) => database.pool.query('delete from uploads');

/** What became of a finished upload. */
export const stored = async (server: UploadServer, id: string): Promise<string> =>
  text(await server.blobs.read(`media/${id}/original`));

/** A hook that finds the event store away. */
export const unreachable = async (): Promise<never> => {
  throw unavailable('event_store_unavailable', 'The event store cannot be reached');
};

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

/** The finishing of a file so long that it ends with its signal only. */
export const untilStopped = ({ signal }: Finishing = {}): Promise<never> =>
  new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
