import { expect, test } from 'vitest';
import { createUpload, patchHeaders } from '../upload-server.js';
import { useUploadServers } from '../upload-servers.js';

const start = useUploadServers();

test('when the database has no room left tus clients are told so and when to come back, and go on afterwards', async () => {
  const server = await start();
  const { path } = await createUpload(server, { 'upload-length': 8 });
  const { pool } = server.database;
  // As a server answers whose disk is full: SQLSTATE 53100.
  await pool.query(`create function no_room() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`);
  await pool.query('create trigger no_room before insert or update on uploads execute function no_room()');
  for (const answer of [
    await server.send('POST', '/v1/uploads', { 'upload-length': 8 }),
    await server.send('PATCH', path, patchHeaders(0), '12345678'),
    await server.send('DELETE', path),
  ])
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([507, 'storage_full', '10']);
  await pool.query('drop trigger no_room on uploads');
  expect((await server.send('PATCH', path, patchHeaders(0), '12345678')).status).toBe(204);
});
