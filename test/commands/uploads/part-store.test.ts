import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createMemoryObjectService } from '../../../src/adapters/memory/object-service.js';
import { unavailable } from '../../../src/core/errors.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { ObjectService } from '../../../src/objects/object-service.js';
import { createPartBlobStore } from '../../../src/objects/part-blob-store.js';
import { codeOf, streamOf } from '../../support/streams.js';
import {
  createUpload,
  digestOf,
  eventually,
  metadataHeader,
  openBody,
  patchHeaders,
} from './upload-server.js';
import { forgetUploads, stored, unreachable, uploadServers } from './upload-servers.js';

/** Uploads into an object service: what is shown of the disk elsewhere holds where nothing can be renamed or appended to. */
const { start } = uploadServers(forgetUploads);

const newService = () => createMemoryObjectService({ minimumPartBytes: 8 });
const into = (service: ObjectService) => ({
  wrapBlobs: () => createPartBlobStore(service, { firstPartBytes: 8 }),
});

async function expectNothingGrows(service: ObjectService): Promise<void> {
  for await (const { key } of service.list('growing/')) throw new Error(`${key} is left`);
}

test('an upload is created, cut off, gone on with after a restart, and finished with the hash of the whole', async () => {
  const service = newService();
  const content = 'what came before, what came after, and the end';
  const metadata = metadataHeader({ sha256: digestOf('sha256', content) });
  const before = await start(into(service));
  const { path, id } = await createUpload(before, {
    'upload-length': content.length,
    'upload-metadata': metadata,
  });
  expect((await before.send('PATCH', path, patchHeaders(0), content.slice(0, 5))).status).toBe(204);
  const body = openBody();
  body.push(content.slice(5, 17));
  const sending = before.send('PATCH', path, patchHeaders(5), body).catch(() => 'cut off');
  await eventually(async () => (await before.storedBytes(id)) === 17);
  await before.kill();
  expect(await sending).toBe('cut off');

  const after = await start(into(service));
  await after.uploads.resumeInterrupted();
  expect((await after.send('HEAD', path)).headers['upload-offset']).toBe('17');
  expect((await after.send('PATCH', path, patchHeaders(17), content.slice(17))).status).toBe(204);
  expect(await stored(after, id)).toBe(content);
  expect(after.calls).toMatchObject([{ hook: 'completed', data: { sha256: digestOf('sha256', content) } }]);
  await expectNothingGrows(service);
});

test('bytes whose checksum does not match do not count, and those sent in their place do', async () => {
  const service = newService();
  const server = await start(into(service));
  const { path, id } = await createUpload(server, { 'upload-length': 10 });
  await server.send('PATCH', path, patchHeaders(0), 'sure ');
  const checksum = { 'upload-checksum': `sha1 ${digestOf('sha1', 'sound', 'base64')}` };
  expect((await server.send('PATCH', path, patchHeaders(5, checksum), 'wrong')).status).toBe(460);
  expect((await server.send('HEAD', path)).headers['upload-offset']).toBe('5');
  expect((await server.send('PATCH', path, patchHeaders(5, checksum), 'sound')).status).toBe(204);
  expect(await stored(server, id)).toBe('sure sound');
});

test('a creation whose bytes come once more is the same upload, with others a conflict', async () => {
  const server = await start(into(newService()));
  const create = (content: string) =>
    server.send(
      'POST',
      '/v1/uploads',
      { ...patchHeaders(0), 'upload-length': 30, 'idempotency-key': 'same' },
      content,
    );
  const first = await create('twelve bytes');
  for (const again of ['twelve bytes', 'twelve', 'twelve bytes and more'])
    expect((await create(again)).headers.location).toBe(first.headers.location);
  for (const other of ['12', 'twelve Bytes', 'other bytes and more'])
    expect((await create(other)).code).toBe('idempotency_key_reused');
});

test('parts are joined, also by the next start when the first could not', async () => {
  const service = newService();
  const before = await start({ ...into(service), hooks: { completed: unreachable } });
  const paths: string[] = [];
  for (const content of ['part one is long enough, ', 'two ', 'is not']) {
    const headers = { 'upload-length': content.length, 'upload-concat': 'partial' };
    const { path } = await createUpload(before, headers);
    await before.send('PATCH', path, patchHeaders(0), content);
    paths.push(path);
  }
  const { id } = await createUpload(before, { 'upload-concat': `final;${paths.join(' ')}` });
  await before.uploads.settled();
  await before.kill();

  const after = await start(into(service));
  await after.uploads.resumeInterrupted();
  await after.uploads.settled();
  const content = 'part one is long enough, two is not';
  expect(await text(await after.blobs.read(`media/${id}/original`))).toBe(content);
  expect(after.calls.at(-1)).toMatchObject({
    ...{ hook: 'completed' },
    data: { mediaId: id, sizeBytes: content.length, sha256: digestOf('sha256', content) },
  });
  await expectNothingGrows(service);
});

test('a file that is not the one declared is never visible', async () => {
  const service = newService();
  const server = await start(into(service));
  const metadata = metadataHeader({ sha256: digestOf('sha256', 'right') });
  const { path, id } = await createUpload(server, { 'upload-length': 5, 'upload-metadata': metadata });
  expect((await server.send('PATCH', path, patchHeaders(0), 'wrong')).status).toBe(460);
  for await (const { key } of service.list('')) throw new Error(`${key} of ${id} is there`);
});

describe('a file in one request', () => {
  const content = 'a file of several parts, in one request';
  const aFile = (
    mediaId: string,
    chunks = [content.slice(0, 9), content.slice(9, 30), content.slice(30)],
  ) => ({
    ...{ mediaId, actor: 'operator', idempotencyKey: 'key', ...NO_REQUEST },
    ...{ bytes: streamOf(...chunks), declared: { filename: 'a.mp4' } },
  });

  test('is put where it will lie, and not copied', async () => {
    const service = newService();
    const put: string[] = [];
    const server = await start(
      into({
        ...service,
        async put(key, ...bytes) {
          put.push(key);
          return service.put(key, ...bytes);
        },
      }),
    );
    const mediaId = randomUUID();
    await server.uploads.ingestFile(aFile(mediaId));
    expect(await stored(server, mediaId)).toBe(content);
    expect(server.calls.at(-1)).toMatchObject({ data: { sha256: digestOf('sha256', content) } });
    expect(put).toEqual([]);
  });

  test.each([
    ['the same', content],
    ['another', 'another one, as nothing was acknowledged of the first'],
  ])('whose process died before all was told can be sent again: %s', async (_, again) => {
    const service = newService();
    const dying: ObjectService = {
      ...service,
      begin: async (key) => ({
        ...(await service.begin(key)),
        complete: async () => {
          throw unavailable('blob_store_unavailable', 'The process is gone');
        },
      }),
    };
    const before = await start(into(dying));
    const mediaId = randomUUID();
    expect(await codeOf(before.uploads.ingestFile(aFile(mediaId)))).toBe('blob_store_unavailable');
    await before.kill();

    const after = await start(into(service));
    expect(await after.uploads.resumeInterrupted()).toMatchObject({ completed: 0, failed: 0 });
    await after.uploads.ingestFile(aFile(mediaId, [again.slice(0, 20), again.slice(20)]));
    expect(await stored(after, mediaId)).toBe(again);
    expect(after.calls.at(-1)).toMatchObject({
      ...{ hook: 'completed' },
      data: { sizeBytes: again.length, sha256: digestOf('sha256', again) },
    });
  });

  test('that could not be completed is, as soon as the service can be reached again', async () => {
    const service = newService();
    let isReachable = false;
    const server = await start(
      into({
        ...service,
        async begin(key) {
          const parts = await service.begin(key);
          return {
            ...parts,
            async complete() {
              if (!isReachable) throw unavailable('blob_store_unavailable', 'Away');
              await parts.complete();
            },
          };
        },
      }),
    );
    const mediaId = randomUUID();
    expect(await codeOf(server.uploads.ingestFile(aFile(mediaId)))).toBe('blob_store_unavailable');
    isReachable = true;
    expect(await server.uploads.resumeInterrupted()).toMatchObject({ completed: 1 });
    expect(await stored(server, mediaId)).toBe(content);
  });
});
