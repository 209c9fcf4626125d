import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fastify from 'fastify';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';
import { createProcessLocker } from '../../../src/adapters/local-disk/process-locker.js';
import { createPostgresUploadLedger } from '../../../src/adapters/postgres/upload-ledger.js';
import { mountTus } from '../../../src/apps/http/mount-tus.js';
import { callerOf } from '../../../src/commands/uploads/upload-caller.js';
import type { UploadHooks } from '../../../src/commands/uploads/upload-context.js';
import { createUploads, type Uploads } from '../../../src/commands/uploads/uploads.js';
import type { BlobStore } from '../../../src/core/blob-store.js';
import type { Locker } from '../../../src/core/locker.js';
import type { Logger } from '../../../src/core/logger.js';
import type { UploadCaller, UploadLedger } from '../../../src/core/upload-ledger.js';
import type { TestDatabase } from '../../support/database.js';

type CreateOptions = Parameters<typeof createUploads>[0];

export type HookCall = Call<'registered'> | Call<'completed'> | Call<'failed'> | Call<'deleted'>;

interface Call<Hook extends keyof UploadHooks> extends UploadCaller {
  readonly hook: Hook;
  readonly data: Parameters<UploadHooks[Hook]>[0];
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** `code` of a problem. */
  readonly code: string | undefined;
}

/** Sends requests to a server, of this process or another. */
export interface UploadClient {
  readonly url: string;
  send(
    method: string,
    path: string,
    headers?: Record<string, string | number>,
    body?: Uint8Array | string | Readable,
  ): Promise<Answer>;
}

export interface UploadServer extends UploadClient {
  readonly database: Pick<TestDatabase, 'pool'>;
  readonly uploads: Uploads;
  readonly blobs: BlobStore;
  readonly ledger: UploadLedger;
  readonly calls: HookCall[];
  callsOf(mediaId: string): string[];
  /** Bytes of an unfinished upload that are on the disk, undefined when there are none of it. */
  storedBytes(id: string): Promise<number | undefined>;
  dropConnections(): void;
  /** Cuts every connection and listens no more, as a killed process does. */
  kill(): Promise<void>;
}

export async function startUploadServer(options: {
  readonly folder: string;
  readonly database: Pick<TestDatabase, 'pool'>;
  readonly locker?: Locker;
  readonly limits?: CreateOptions['limits'];
  readonly now?: CreateOptions['now'];
  readonly stopping?: AbortSignal;
  readonly logger?: Logger;
  readonly hooks?: Partial<UploadHooks>;
  readonly wrapBlobs?: (blobs: BlobStore) => BlobStore;
  /** That of an earlier server which this one replaces. */
  readonly port?: number;
}): Promise<UploadServer> {
  const { folder, database, wrapBlobs = (blobs) => blobs } = options;
  const calls: HookCall[] = [];
  const position = async () => ({ position: String(calls.length).padStart(8, '0') });
  const hooks: UploadHooks = {
    async registered(data, caller) {
      calls.push({ hook: 'registered', data, ...callerOf(caller) });
      return options.hooks?.registered?.(data, caller) ?? position();
    },
    async completed(data, caller) {
      calls.push({ hook: 'completed', data, ...callerOf(caller) });
      return options.hooks?.completed?.(data, caller) ?? position();
    },
    async failed(data, caller) {
      calls.push({ hook: 'failed', data, ...callerOf(caller) });
      return options.hooks?.failed?.(data, caller);
    },
    async deleted(data, caller) {
      calls.push({ hook: 'deleted', data, ...callerOf(caller) });
      return options.hooks?.deleted?.(data, caller) ?? position();
    },
  };
  const blobs = wrapBlobs(await createLocalBlobStore({ folder }));
  const ledger = createPostgresUploadLedger(database.pool);
  const uploads = createUploads({
    blobs,
    hooks,
    ledger,
    locker: options.locker ?? createProcessLocker(),
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.now ? { now: options.now } : {}),
    ...(options.stopping ? { stopping: options.stopping } : {}),
    ...(options.logger ? { logger: options.logger } : {}),
  });
  const app = fastify({ forceCloseConnections: true, requestTimeout: 0 });
  // Whoever says to be somebody is.
  const access = (actor = 'operator') => ({ isOperator: true, actor });
  await mountTus(app, { handle: uploads.handleTus, access });
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    ...clientOf(url),
    database,
    uploads,
    blobs,
    ledger,
    calls,
    callsOf: (mediaId) => calls.filter(({ data }) => data.mediaId === mediaId).map(({ hook }) => hook),
    storedBytes: async (id) => (await blobs.growing(`uploads/${id}`))?.sizeBytes,
    dropConnections: () => app.server.closeAllConnections(),
    kill: () => app.close(),
  };
}

export const clientOf = (url: string): UploadClient => ({
  url,
  send: (method, path, headers, body) => send(url, method, path, headers ?? {}, body),
});

function send(
  base: string,
  method: string,
  path: string,
  headers: Record<string, string | number>,
  body?: Uint8Array | string | Readable,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const length = bytes instanceof Uint8Array ? { 'content-length': bytes.length } : {};
    const outgoing = request(new URL(path, base), {
      method,
      headers: { 'tus-resumable': '1.0.0', ...length, ...headers },
      agent: false,
    });
    outgoing.on('error', reject).on('response', async (response) => {
      const answered = await text(response).catch(() => '');
      const isProblem = response.headers['content-type']?.startsWith('application/problem+json');
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: answered,
        code: isProblem && answered !== '' ? JSON.parse(answered).code : undefined,
      });
    });
    if (bytes instanceof Readable) bytes.pipe(outgoing);
    else outgoing.end(bytes);
  });
}

export const metadataHeader = (fields: Record<string, string>): string =>
  Object.entries(fields)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

export const digestOf = (algorithm: string, bytes: string | Uint8Array, encoding: 'hex' | 'base64' = 'hex') =>
  createHash(algorithm).update(bytes).digest(encoding);

export const patchHeaders = (offset: number, more: Record<string, string> = {}) => ({
  'content-type': 'application/offset+octet-stream',
  'upload-offset': String(offset),
  ...more,
});

/** Creates an upload and returns its path and id. */
export async function createUpload(
  server: UploadClient,
  headers: Record<string, string | number>,
): Promise<{ path: string; id: string }> {
  const answer = await server.send('POST', '/v1/uploads', headers);
  if (answer.status !== 201) throw new Error(`Not created: ${answer.status} ${answer.body}`);
  const path = answer.headers.location ?? '';
  return { path, id: path.split('/').at(-1) ?? '' };
}

/** A body whose end the test decides on. */
export const openBody = (): Readable => new Readable({ read() {} });

/** Polls until `condition` is true; fails after ten seconds. */
export async function eventually(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not become true in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
