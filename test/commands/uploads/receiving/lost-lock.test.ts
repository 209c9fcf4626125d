import { expect, test } from 'vitest';
import { createMemoryLocker, createMemoryLocks } from '../../../../src/adapters/memory/locker.js';
import { createUpload, eventually, openBody, patchHeaders } from '../upload-server.js';
import { stored, useUploadServers } from '../upload-servers.js';

const start = useUploadServers();

test('a request whose lock is lost ends with 503, what it brought counts, and the next one goes on from there', async () => {
  const locks = createMemoryLocks();
  const server = await start({ locker: createMemoryLocker(locks) });
  const { path, id } = await createUpload(server, { 'upload-length': 8 });
  const body = openBody();
  body.push('1234');
  const sending = server.send('PATCH', path, patchHeaders(0), body);
  await eventually(async () => (await server.storedBytes(id)) === 4);
  locks.expire(id);
  expect((await sending).status).toBe(503);
  expect((await server.send('HEAD', path)).headers['upload-offset']).toBe('4');
  expect((await server.send('PATCH', path, patchHeaders(4), '5678')).status).toBe(204);
  expect(await stored(server, id)).toBe('12345678');
});

test('an upload that another process writes to is 423, and nothing comes of its bytes', async () => {
  const locker = createMemoryLocker(createMemoryLocks());
  const server = await start({ locker });
  const { path, id } = await createUpload(server, { 'upload-length': 4 });
  const elsewhere = await locker.acquire(id);
  expect((await server.send('PATCH', path, patchHeaders(0), '1234')).status).toBe(423);
  expect(await server.storedBytes(id)).toBeUndefined();
  await elsewhere?.release();
  expect((await server.send('PATCH', path, patchHeaders(0), '1234')).status).toBe(204);
});
