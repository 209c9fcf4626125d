import { expect, test } from 'vitest';
import type { UploadHooks } from '../../../../src/commands/uploads/upload-context.js';
import { conflict, notFound, unavailable } from '../../../../src/core/errors.js';
import { createUpload, eventually, openBody, patchHeaders } from '../upload-server.js';
import { forgetUploads, stored, unreachable, uploadServers } from '../upload-servers.js';

const servers = uploadServers(forgetUploads);
const { start } = servers;

test('an upload of an item that was deleted meanwhile ends, and its bytes go', async () => {
  const completed: UploadHooks['completed'] = async () => {
    throw conflict('media_deleted', 'It is deleted');
  };
  const server = await start({ hooks: { completed } });
  const { path, id } = await createUpload(server, { 'upload-length': 5 });
  const answer = await server.send('PATCH', path, patchHeaders(0), 'whole');
  expect([answer.status, answer.code]).toEqual([409, 'media_deleted']);
  expect(await server.blobs.stat(`media/${id}/original`)).toBeUndefined();
  expect((await server.send('HEAD', path)).status).toBe(410);
});

test('a creation that the item refuses leaves nothing; one that nobody could hear is kept to expire', async () => {
  let error = conflict('media_rejected', 'No');
  const registered: UploadHooks['registered'] = async () => {
    throw error;
  };
  const server = await start({ hooks: { registered } });
  const count = async () => (await servers.database.pool.query('select id from uploads')).rows.length;
  const refused = await server.send('POST', '/v1/uploads', { 'upload-length': 5 });
  expect([refused.status, refused.code, await count()]).toEqual([409, 'media_rejected', 0]);
  error = unavailable('event_store_unavailable', 'Cannot be reached');
  const unheard = await server.send('POST', '/v1/uploads', { 'upload-length': 5 });
  expect([unheard.status, await count()]).toEqual([503, 1]);
});

test('an upload whose bytes are all here never expires: the sweep completes it', async () => {
  let now = '2026-01-01T00:00:00.000Z';
  let reachable = false;
  const completed: UploadHooks['completed'] = async () => (reachable ? { position: '1' } : unreachable());
  const server = await start({ now: () => now, hooks: { completed } });
  const { path, id } = await createUpload(server, { 'upload-length': 5 });
  await server.send('PATCH', path, patchHeaders(0), 'whole');
  now = '2026-01-03T00:00:00.000Z';
  expect(await server.uploads.expireUploads()).toEqual({ completed: 0, closed: 0, failed: 1 });
  expect((await server.send('HEAD', path)).status).toBe(503);
  reachable = true;
  expect(await server.uploads.expireUploads()).toEqual({ completed: 1, closed: 0, failed: 0 });
  expect(await stored(server, id)).toBe('whole');
});

test('giving up is finished later when the item could not hear of it', async () => {
  let failure = unavailable('event_store_unavailable', 'Cannot be reached');
  const failed: UploadHooks['failed'] = async () => {
    throw failure;
  };
  const server = await start({ hooks: { failed } });
  const { path, id } = await createUpload(server, { 'upload-length': 10 });
  await server.send('PATCH', path, patchHeaders(0), 'hello');
  expect((await server.send('DELETE', path)).status).toBe(503);
  expect((await server.send('PATCH', path, patchHeaders(5), 'again')).status).toBe(410);
  // An item that was never registered has nothing to hear.
  failure = notFound('media_not_found', 'There is none');
  expect(await server.uploads.resumeInterrupted()).toEqual({ completed: 0, closed: 1, failed: 0 });
  expect(await server.blobs.growing(`uploads/${id}`)).toBeUndefined();
});

test('a client that comes back takes over from its silent connection', async () => {
  const server = await start({ limits: { stalledSeconds: 0 } });
  const { path, id } = await createUpload(server, { 'upload-length': 8 });
  const body = openBody();
  body.push('1234');
  const silent = server.send('PATCH', path, patchHeaders(0), body);
  await eventually(async () => (await server.blobs.growing(`uploads/${id}`))?.sizeBytes === 4);
  expect((await server.send('HEAD', path)).headers['upload-offset']).toBe('4');
  expect((await silent).code).toBe('upload_interrupted');
  expect((await server.send('PATCH', path, patchHeaders(4), '5678')).status).toBe(204);
  expect(await stored(server, id)).toBe('12345678');
});

test('a connection that stays silent is ended by itself', async () => {
  const server = await start({ limits: { idleSeconds: 1 } });
  const { path } = await createUpload(server, { 'upload-length': 8 });
  const body = openBody();
  body.push('1234');
  const silent = await server.send('PATCH', path, patchHeaders(0), body);
  expect([silent.status, silent.code]).toEqual([503, 'upload_interrupted']);
  expect((await server.send('PATCH', path, patchHeaders(4), '5678')).status).toBe(204);
});
