import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import type { UploadHooks } from '../../../src/commands/uploads/upload-context.js';
import { silentLogger } from '../../../src/core/logger.js';
import { typescriptArguments } from '../../support/typescript-child.js';
import {
  clientOf,
  createUpload,
  digestOf,
  eventually,
  metadataHeader,
  openBody,
  patchHeaders,
} from './upload-server.js';
import { forgetUploads, stored, unreachable, untilStopped, uploadServers } from './upload-servers.js';

const servers = uploadServers(forgetUploads);
const { start } = servers;

test('an upload cut off by a killed server goes on where it was, and its hash is that of the whole', async () => {
  const before = await start();
  const { path, id } = await createUpload(before, { 'upload-length': 11 });
  const body = openBody();
  body.push('hello ');
  const sending = before.send('PATCH', path, patchHeaders(0), body).catch(() => 'cut off');
  await eventually(async () => (await before.storedBytes(id)) === 6);
  await before.kill();
  expect(await sending).toBe('cut off');

  const after = await start();
  expect(await after.uploads.resumeInterrupted()).toEqual({ completed: 0, closed: 0, failed: 0 });
  expect((await after.send('HEAD', path)).headers['upload-offset']).toBe('6');
  expect((await after.send('PATCH', path, patchHeaders(6), 'world')).status).toBe(204);
  expect(await stored(after, id)).toBe('hello world');
  expect(after.calls).toMatchObject([
    { hook: 'completed', data: { sha256: digestOf('sha256', 'hello world') } },
  ]);
});

/** What another process has on the disk of an upload. */
const growingBytes = async (id: string) =>
  (await stat(join(servers.folder, 'growing', 'uploads', id)).catch(() => undefined))?.size;

test('an upload goes on where it was after a kill -9 in the middle of a request', async () => {
  const script = join(import.meta.dirname, 'upload-server-process.ts');
  const child = spawn(process.execPath, typescriptArguments(script, servers.folder, servers.database.url), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  const before = clientOf(String(said).trim());
  const content = randomBytes(4 * 1024 * 1024);
  const { path, id } = await createUpload(before, { 'upload-length': content.length });
  const body = openBody();
  body.push(content.subarray(0, 3_000_000));
  const sending = before.send('PATCH', path, patchHeaders(0), body).catch(() => 'cut off');
  await eventually(async () => (await growingBytes(id)) === 3_000_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await sending).toBe('cut off');

  const after = await start();
  await after.uploads.resumeInterrupted();
  expect((await after.send('HEAD', path)).headers['upload-offset']).toBe('3000000');
  const rest = await after.send('PATCH', path, patchHeaders(3_000_000), content.subarray(3_000_000));
  expect(rest.status).toBe(204);
  expect((await buffer(await after.blobs.read(`media/${id}/original`))).equals(content)).toBe(true);
  expect(after.calls).toMatchObject([{ hook: 'completed', data: { sha256: digestOf('sha256', content) } }]);
});

test('an upload that was whole when the item could not hear of it is completed at the next start', async () => {
  const before = await start({ hooks: { completed: unreachable } });
  const headers = { 'upload-length': 5, authorization: 'key-01234567' };
  const { path, id } = await createUpload(before, headers);
  const answer = await before.send('PATCH', path, patchHeaders(0), 'whole');
  expect([answer.status, answer.code]).toEqual([503, 'event_store_unavailable']);
  // Not even HEAD claims that it is complete.
  expect((await before.send('HEAD', path)).status).toBe(503);
  await before.kill();

  const after = await start();
  expect(await after.uploads.resumeInterrupted()).toEqual({ completed: 1, closed: 0, failed: 0 });
  expect(await after.uploads.resumeInterrupted()).toEqual({ completed: 0, closed: 0, failed: 0 });
  expect(after.calls).toMatchObject([
    {
      ...{ hook: 'completed', actor: 'key-01234567' },
      data: { mediaId: id, sizeBytes: 5, sha256: digestOf('sha256', 'whole') },
    },
  ]);
  expect((await after.send('HEAD', path)).headers['upload-offset']).toBe('5');
});

test('an engine that is away is told of once a sweep, however many uploads wait for it', async () => {
  const before = await start({ hooks: { completed: unreachable } });
  for (let sent = 0; sent < 3; sent++) {
    const { path } = await createUpload(before, { 'upload-length': 5 });
    await before.send('PATCH', path, patchHeaders(0), 'whole');
  }
  await before.kill();
  const warn = vi.fn();
  const after = await start({ hooks: { completed: unreachable }, logger: { ...silentLogger, warn } });
  expect(await after.uploads.resumeInterrupted()).toEqual({ completed: 0, closed: 0, failed: 3 });
  expect(warn).toHaveBeenCalledTimes(1);
  await after.uploads.resumeInterrupted();
  expect(warn).toHaveBeenCalledTimes(2);
});

test('a request to an upload that a sweep is completing waits for that, and is not told that another one sends bytes', async () => {
  const before = await start({ hooks: { completed: unreachable } });
  const { path } = await createUpload(before, { 'upload-length': 5 });
  await before.send('PATCH', path, patchHeaders(0), 'whole');
  await before.kill();
  const [hashing, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const after = await start({
    wrapBlobs: (blobs) => ({
      ...blobs,
      async finish(key, from, finishing) {
        hashing.resolve();
        await released.promise;
        return blobs.finish(key, from, finishing);
      },
    }),
  });
  const sweeping = after.uploads.resumeInterrupted();
  await hashing.promise;
  const asked = after.send('PATCH', path, patchHeaders(5), '');
  const first = await Promise.race([asked, after.send('HEAD', '/v1/uploads/none')]);
  released.resolve();
  expect([first.status, (await asked).status]).toEqual([404, 204]);
  expect(await sweeping).toEqual({ completed: 1, closed: 0, failed: 0 });
});

test('the same is completed by HEAD as soon as the item can hear of it', async () => {
  let reachable = false;
  const completed: UploadHooks['completed'] = async () => (reachable ? { position: '1' } : unreachable());
  const server = await start({ hooks: { completed } });
  const { path, id } = await createUpload(server, { 'upload-length': 5 });
  await server.send('PATCH', path, patchHeaders(0), 'whole');
  reachable = true;
  expect((await server.send('HEAD', path)).headers['upload-offset']).toBe('5');
  expect(await stored(server, id)).toBe('whole');
});

test('an upload that is terminated when only its item has heard that it is whole takes its item with it', async () => {
  const completed: UploadHooks['completed'] = async () => {
    await servers.database.pool.query('alter table uploads rename to uploads_away');
    return { position: '1' };
  };
  const server = await start({ hooks: { completed } });
  const { path, id } = await createUpload(server, { 'upload-length': 5 });
  const answer = await server.send('PATCH', path, patchHeaders(0), 'whole');
  await servers.database.pool.query('alter table uploads_away rename to uploads');
  expect(answer.status).toBeGreaterThanOrEqual(500);
  expect((await server.send('DELETE', path)).status).toBe(204);
  expect(server.callsOf(id)).toEqual(['registered', 'completed', 'deleted']);
  expect((await server.send('HEAD', path)).status).toBe(410);
  expect(await server.uploads.resumeInterrupted()).toEqual({ completed: 0, closed: 0, failed: 0 });
});

test('bytes that never got as far as their blob are completed at the next start, a wrong file is refused there', async () => {
  const before = await start();
  const metadata = metadataHeader({ sha256: digestOf('sha256', 'right') });
  const right = await createUpload(before, { 'upload-length': 5, 'upload-metadata': metadata });
  const wrong = await createUpload(before, { 'upload-length': 5, 'upload-metadata': metadata });
  // The process died after the last byte and before anything else.
  await before.blobs.append(`uploads/${right.id}`, 0, Readable.from([Buffer.from('right')]));
  await before.blobs.append(`uploads/${wrong.id}`, 0, Readable.from([Buffer.from('wrong')]));
  await before.kill();
  const after = await start();
  expect(await after.uploads.resumeInterrupted()).toEqual({ completed: 1, closed: 0, failed: 1 });
  expect(await stored(after, right.id)).toBe('right');
  expect(after.calls).toMatchObject([
    { hook: 'completed', data: { mediaId: right.id } },
    { hook: 'failed', data: { mediaId: wrong.id, code: 'checksum_mismatch' } },
  ]);
});

test('a sweep that is to stop lets go of a long file in the middle, and the next completes it', async () => {
  const before = await start({ hooks: { completed: unreachable } });
  const content = randomBytes(4 * 1024 * 1024);
  const { path, id } = await createUpload(before, { 'upload-length': content.length });
  await before.send('PATCH', path, patchHeaders(0), content);
  await before.kill();

  const stopping = new AbortController();
  const stopped = await start({
    wrapBlobs: (blobs) => ({
      ...blobs,
      finish(_key, _from, finishing) {
        setImmediate(() => stopping.abort());
        return untilStopped(finishing);
      },
    }),
  });
  const result = await stopped.uploads.expireUploads(stopping.signal);
  expect(result).toEqual({ completed: 0, closed: 0, failed: 0 });
  expect(stopped.calls).toEqual([]);

  const after = await start();
  expect(await after.uploads.resumeInterrupted()).toEqual({ completed: 1, closed: 0, failed: 0 });
  expect(after.calls).toMatchObject([
    { hook: 'completed', data: { mediaId: id, sha256: digestOf('sha256', content) } },
  ]);
});

test('bytes of a killed PATCH whose checksum was never compared do not count', async () => {
  const before = await start();
  const { path, id } = await createUpload(before, { 'upload-length': 10 });
  await before.send('PATCH', path, patchHeaders(0), 'sure ');
  const body = openBody();
  body.push('uns');
  const checksum = { 'upload-checksum': `sha1 ${digestOf('sha1', 'unsure', 'base64')}` };
  const sending = before.send('PATCH', path, patchHeaders(5, checksum), body).catch(() => undefined);
  await eventually(async () => (await before.storedBytes(id)) === 8);
  await before.kill();
  await sending;
  // As a kill -9 leaves it: three bytes on the disk and the mark in the ledger.
  if ((await before.storedBytes(id)) === 5) {
    await before.blobs.append(`uploads/${id}`, 5, Readable.from([Buffer.from('uns')]));
  }
  await servers.database.pool.query('update uploads set unchecked_from_bytes = 5 where id = $1', [id]);

  const after = await start();
  expect((await after.send('HEAD', path)).headers['upload-offset']).toBe('5');
  expect((await after.send('PATCH', path, patchHeaders(5), 'sound')).status).toBe(204);
  expect(await stored(after, id)).toBe('sure sound');
});

test('a final upload that was cut off while joining is joined at the next start', async () => {
  const before = await start({ hooks: { completed: unreachable } });
  const part = async (content: string) => {
    const headers = { 'upload-length': content.length, 'upload-concat': 'partial' };
    const upload = await createUpload(before, headers);
    await before.send('PATCH', upload.path, patchHeaders(0), content);
    return upload;
  };
  const [a, b] = [await part('one '), await part('two')];
  const answer = await before.send('POST', '/v1/uploads', { 'upload-concat': `final;${a.path} ${b.path}` });
  expect(answer.status).toBe(201);
  await before.uploads.settled();
  await before.kill();
  const after = await start();
  await after.uploads.resumeInterrupted();
  await after.uploads.settled();
  const data = after.calls.at(-1)?.data;
  expect(data).toMatchObject({ sizeBytes: 7, sha256: digestOf('sha256', 'one two') });
  expect(await stored(after, data?.mediaId ?? '')).toBe('one two');
});
