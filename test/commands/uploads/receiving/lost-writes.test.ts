import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { BlobStore } from '../../../../src/core/blob-store.js';
import { createUpload, digestOf, eventually, patchHeaders } from '../upload-server.js';
import { useUploadServers } from '../upload-servers.js';

const start = useUploadServers();

test('bytes that the disk took and lost are sent again, and the hash is of what is there in the end', async () => {
  let isFailing = false;
  const server = await start({
    wrapBlobs: (blobs: BlobStore): BlobStore => ({
      ...blobs,
      async append(key, offset, bytes) {
        const appended = await blobs.append(key, offset, bytes);
        if (!isFailing) return appended;
        await blobs.truncateGrowing(key, offset);
        throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
      },
    }),
  });
  const { path, id } = await createUpload(server, { 'upload-length': 9 });
  await server.send('PATCH', path, patchHeaders(0), 'kept ');
  isFailing = true;
  expect((await server.send('PATCH', path, patchHeaders(5), 'lost')).status).toBe(500);
  isFailing = false;
  expect((await server.send('HEAD', path)).headers['upload-offset']).toBe('5');
  expect((await server.send('PATCH', path, patchHeaders(5), 'sent')).status).toBe(204);
  expect(await text(await server.blobs.read(`media/${id}/original`))).toBe('kept sent');
  expect(server.calls.at(-1)).toMatchObject({ data: { sha256: digestOf('sha256', 'kept sent') } });
});

test('a final upload whose part the disk lost meanwhile fails, instead of being published without it', async () => {
  const begin = Promise.withResolvers<void>();
  const server = await start({
    hooks: { registered: () => begin.promise.then(() => ({ position: '1' })) },
  });
  const parts: { path: string; id: string }[] = [];
  for (const content of ['one ', 'two']) {
    const part = await createUpload(server, { 'upload-length': content.length, 'upload-concat': 'partial' });
    await server.send('PATCH', part.path, patchHeaders(0), content);
    parts.push(part);
  }
  const concat = `final;${parts.map(({ path }) => path).join(' ')}`;
  const creating = createUpload(server, { 'upload-concat': concat });
  await eventually(() => server.calls.length > 0);
  await server.blobs.truncateGrowing(`uploads/${parts[1]?.id}`, 0);
  begin.resolve();
  const { path, id } = await creating;
  await server.uploads.settled();
  expect((await server.send('HEAD', path)).status).toBe(410);
  expect(server.calls.at(-1)).toMatchObject({ hook: 'failed', data: { mediaId: id, code: 'parts_gone' } });
});
