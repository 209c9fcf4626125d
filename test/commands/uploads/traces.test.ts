import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createUpload, patchHeaders, type UploadServer } from './upload-server.js';
import { forgetUploads, unreachable, uploadServers } from './upload-servers.js';

const { start } = uploadServers(forgetUploads);

const traceparentOf = (digit: number) => `00-${String(digit).repeat(32)}-00f067aa0ba902b7-01`;
const [creating, completing, ending] = [1, 2, 3].map(traceparentOf) as [string, string, string];
const created = (traceparent: string, more = {}) => ({ 'upload-length': 5, traceparent, ...more });
const told = ({ calls }: UploadServer) =>
  calls.map(({ hook, traceparent, tenantId }) => [hook, traceparent, tenantId]);

test('what comes of an upload belongs to the trace of the request that completes it', async () => {
  const server = await start();
  const { path } = await createUpload(server, created(creating));
  await server.send('PATCH', path, patchHeaders(0, { traceparent: completing }), 'whole');
  expect(told(server)).toEqual([
    ['registered', creating, 'default'],
    ['completed', completing, 'default'],
  ]);
});

test('and to that of its creation when the last request has none', async () => {
  const server = await start();
  const { path } = await createUpload(server, created(creating));
  await server.send('PATCH', path, patchHeaders(0, { traceparent: 'malformed' }), 'whole');
  expect(told(server)[1]).toEqual(['completed', creating, 'default']);
});

test('or when a restart completes it', async () => {
  const before = await start({ hooks: { completed: unreachable } });
  const { path } = await createUpload(before, created(creating));
  expect((await before.send('PATCH', path, patchHeaders(0), 'whole')).status).toBe(503);
  await before.kill();
  const after = await start();
  await after.uploads.resumeInterrupted();
  expect(told(after)).toEqual([['completed', creating, 'default']]);
});

test('an upload that is given up is told in the trace of the request that did', async () => {
  const server = await start();
  const { path } = await createUpload(server, created(creating));
  await server.send('DELETE', path, { traceparent: ending });
  expect(told(server)[1]).toEqual(['failed', ending, 'default']);
});

test('joined parts become an item in the trace of the request that joins them', async () => {
  const server = await start();
  const { path } = await createUpload(server, created(creating, { 'upload-concat': 'partial' }));
  await server.send('PATCH', path, patchHeaders(0, { traceparent: completing }), 'whole');
  await createUpload(server, { 'upload-concat': `final;${path}`, traceparent: ending });
  await server.uploads.settled();
  expect(new Set(told(server).map(([hook, trace]) => `${hook} ${trace}`))).toEqual(
    new Set([`registered ${ending}`, `completed ${ending}`]),
  );
});

test('a file in one request belongs to the trace of that request', async () => {
  const server = await start();
  await server.uploads.ingestFile({
    ...{ mediaId: randomUUID(), bytes: Readable.from([Buffer.from('whole')]), idempotencyKey: null },
    ...{ declared: { filename: 'a.mp4' }, actor: 'operator', tenantId: 'acme', traceparent: creating },
  });
  expect(told(server)).toEqual([
    ['registered', creating, 'acme'],
    ['completed', creating, 'acme'],
  ]);
});

test('an upload that an earlier release noted is completed without a trace', async () => {
  const server = await start();
  const { path, id } = await createUpload(server, created(creating));
  await server.database.pool.query(
    `update uploads set traceparent = default, tenant_id = default where id = $1`,
    [id],
  );
  await server.send('PATCH', path, patchHeaders(0), 'whole');
  expect(told(server)[1]).toEqual(['completed', null, 'default']);
});
