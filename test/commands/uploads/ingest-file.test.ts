import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { uploadFileCommand } from '../../../src/commands/upload-file.js';
import type { FileToIngest } from '../../../src/commands/uploads/ingest-file.js';
import type { UploadHooks } from '../../../src/commands/uploads/upload-context.js';
import type { BlobStore } from '../../../src/core/blob-store.js';
import { conflict, invalid, MediaFlowError, unavailable } from '../../../src/core/errors.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import { brokenStream, codeOf, streamOf } from '../../support/streams.js';
import {
  createUpload,
  digestOf,
  eventually,
  openBody,
  patchHeaders,
  type UploadServer,
} from './upload-server.js';
import { forgetUploads, uploadServers } from './upload-servers.js';

const { start } = uploadServers(forgetUploads);
const aFile = (changes: Partial<FileToIngest> = {}): FileToIngest => ({
  mediaId: randomUUID(),
  bytes: streamOf('hello ', 'world'),
  actor: 'operator',
  ...NO_REQUEST,
  declared: { filename: 'C:\\films\\a.mp4', filetype: 'video/mp4', tags: 'x, y' },
  idempotencyKey: null,
  ...changes,
});
const nothingStays = async (server: UploadServer, mediaId: string) => {
  expect(await server.blobs.stat(`media/${mediaId}/original`)).toBeUndefined();
  expect(await server.blobs.growing(`uploads/${mediaId}`)).toBeUndefined();
};

describe('a file in one request', () => {
  test('is announced, stored, hashed and told as complete', async () => {
    const server = await start();
    const file = aFile({ declared: { ...aFile().declared, sha256: digestOf('sha256', 'hello world') } });
    const { mediaId } = file;
    expect(await server.uploads.ingestFile(file)).toEqual({ mediaId, position: '00000002' });
    expect(await text(await server.blobs.read(`media/${mediaId}/original`))).toBe('hello world');
    expect(server.calls).toMatchObject([
      { hook: 'registered', data: { filename: 'a.mp4', title: 'a.mp4', tags: ['x', 'y'], via: 'multipart' } },
      { hook: 'completed', data: { sizeBytes: 11, sha256: digestOf('sha256', 'hello world') } },
    ]);
    // It is no upload that tus could touch.
    expect((await server.send('HEAD', `/v1/uploads/${mediaId}`)).status).toBe(404);
  });

  test.each([
    ['before it', { declared: { sha256: digestOf('sha256', 'other') } }],
    ['behind it', { declaredAfterwards: async () => ({ sha256: 'f'.repeat(64) }) }],
  ])('with a wrong checksum %s fails: the item hears why, the client of which item', async (_, changes) => {
    const server = await start();
    const file = aFile(changes);
    await expect(server.uploads.ingestFile(file)).rejects.toMatchObject({
      code: 'checksum_mismatch',
      details: { mediaId: file.mediaId, actual: digestOf('sha256', 'hello world') },
    });
    expect(server.callsOf(file.mediaId)).toEqual(['registered', 'failed']);
    expect(server.calls.at(-1)?.data).toMatchObject({ code: 'checksum_mismatch' });
    await nothingStays(server, file.mediaId);
    expect(await codeOf(server.uploads.ingestFile(aFile({ mediaId: file.mediaId })))).toBe('upload_gone');
  });

  test.each([
    [
      'something refused behind it',
      {
        declaredAfterwards: async () => {
          throw invalid('unknown_field', 'No such field');
        },
      },
      'unknown_field',
    ],
    ['a bad checksum behind it', { declaredAfterwards: async () => ({ sha256: 'no' }) }, 'invalid_sha256'],
    ['no bytes', { bytes: streamOf() }, 'empty_file'],
    ['too many bytes', { bytes: streamOf('x'.repeat(101)) }, 'file_too_large'],
    ['a connection that breaks', { bytes: brokenStream('half') }, 'upload_interrupted'],
  ])('with %s is refused, and neither an item nor bytes stay', async (_, changes, code) => {
    const server = await start({ limits: { maximumSizeBytes: 100 } });
    const file = aFile(changes);
    expect(await codeOf(server.uploads.ingestFile(file))).toBe(code);
    expect(server.callsOf(file.mediaId)).not.toContain('registered');
    await nothingStays(server, file.mediaId);
    expect(await codeOf(server.uploads.ingestFile(aFile({ mediaId: file.mediaId })))).toBe('upload_gone');
  });

  test('with bad details or a declared size over the limit is refused before anything happens', async () => {
    const server = await start({ limits: { maximumSizeBytes: 100 } });
    const { uploads } = server;
    expect(await codeOf(uploads.ingestFile(aFile({ declared: { sha256: 'no' } })))).toBe('invalid_sha256');
    const title = 'x'.repeat(501);
    expect(await codeOf(uploads.ingestFile(aFile({ declared: { title } })))).toBe('invalid_upload_metadata');
    expect(await codeOf(uploads.ingestFile(aFile({ declaredSizeBytes: 101 })))).toBe('file_too_large');
    expect(server.calls).toEqual([]);
  });

  test('sent again with its key gives the first answer, also after it broke off the first time', async () => {
    const server = await start();
    const { mediaId } = aFile();
    const again = (bytes: Readable) =>
      server.uploads.ingestFile(aFile({ mediaId, bytes, idempotencyKey: 'key' }));
    expect(await codeOf(again(brokenStream('half')))).toBe('upload_interrupted');
    await again(streamOf('whole'));
    await again(streamOf('wh', 'ole'));
    expect(await text(await server.blobs.read(`media/${mediaId}/original`))).toBe('whole');
    expect(server.callsOf(mediaId).filter((hook) => hook === 'failed')).toEqual([]);
    const completions = server.calls.filter(({ hook }) => hook === 'completed').map(({ data }) => data);
    expect(completions).toEqual([completions[0], completions[0]]);
  });

  test('cut off is over at once, with a key too: nothing of it is left open, and with its key it begins anew', async () => {
    const server = await start();
    const { mediaId } = aFile();
    const send = (bytes: Readable) =>
      server.uploads.ingestFile(aFile({ mediaId, bytes, idempotencyKey: 'key' }));
    expect(await codeOf(send(brokenStream('half')))).toBe('upload_interrupted');
    expect(await server.ledger.unfinished()).toEqual([]);
    await nothingStays(server, mediaId);
    await send(streamOf('whole'));
    expect(await text(await server.blobs.read(`media/${mediaId}/original`))).toBe('whole');
  });

  test('whose process died with half of it is over soon after, and with its key it begins anew', async () => {
    let now = '2026-01-01T00:00:00.000Z';
    const before = await start({ now: () => now });
    const { mediaId } = aFile();
    const dying = aFile({ mediaId, bytes: openBody(), idempotencyKey: 'key' });
    dying.bytes.push('half');
    // Never ends: the process is as good as dead.
    void before.uploads.ingestFile(dying).catch(() => {});
    await eventually(async () => (await before.blobs.growing(`uploads/${mediaId}`))?.sizeBytes === 4);

    const after = await start({ now: () => now });
    now = '2026-01-01T00:05:00.000Z';
    await after.uploads.expireUploads();
    expect(await after.ledger.unfinished()).toEqual([]);
    await nothingStays(after, mediaId);
    await after.uploads.ingestFile(aFile({ mediaId, idempotencyKey: 'key' }));
    expect(await text(await after.blobs.read(`media/${mediaId}/original`))).toBe('hello world');
    dying.bytes.destroy();
  });

  test('whose item may have heard of it waits a day for whoever has its key', async () => {
    let now = '2026-01-01T00:00:00.000Z';
    let isReachable = false;
    const registered: UploadHooks['registered'] = async () => {
      if (!isReachable) throw unavailable('event_store_unavailable', 'Cannot be reached');
      return { position: '1' };
    };
    const server = await start({ now: () => now, hooks: { registered } });
    const { mediaId } = aFile();
    const send = () => server.uploads.ingestFile(aFile({ mediaId, idempotencyKey: 'key' }));
    expect(await codeOf(send())).toBe('event_store_unavailable');
    isReachable = true;
    now = '2026-01-01T23:59:00.000Z';
    await server.uploads.expireUploads();
    expect((await send()).mediaId).toBe(mediaId);
  });

  test.each([
    ['other bytes of the same length', streamOf('other')],
    ['more bytes', streamOf('first', ' and more')],
    ['less bytes', streamOf('firs')],
    ['no bytes', streamOf()],
  ])('sent again with its key but with %s is refused; the first one stays', async (_, bytes) => {
    const server = await start();
    const { mediaId } = aFile();
    const send = (content: Readable) =>
      server.uploads.ingestFile(aFile({ mediaId, bytes: content, idempotencyKey: 'key' }));
    await send(streamOf('first'));
    expect(await codeOf(send(bytes))).toBe('idempotency_key_reused');
    expect(await text(await server.blobs.read(`media/${mediaId}/original`))).toBe('first');
    await send(streamOf('first'));
  });

  test.each([
    ['another title before the file', { declared: { filename: 'a.mp4', title: 'Other' } }],
    ['another title behind it', { declaredAfterwards: async () => ({ title: 'Other' }) }],
    ['other tags', { declaredAfterwards: async () => ({ title: 'First', tags: 'b' }) }],
    ['another name', { declared: { filename: 'b.mp4', title: 'First' } }],
  ])(
    'sent again with its key but with %s is refused, also before its item has heard that it is whole',
    async (_, changes) => {
      let isReachable = false;
      const completed: UploadHooks['completed'] = async () => {
        if (!isReachable) throw unavailable('event_store_unavailable', 'Cannot be reached');
        return { position: '1' };
      };
      const server = await start({ hooks: { completed } });
      const first = { declared: { filename: 'a.mp4', title: 'First' }, idempotencyKey: 'key' };
      const { mediaId } = aFile();
      const send = (more: object = {}) => server.uploads.ingestFile(aFile({ mediaId, ...first, ...more }));
      expect(await codeOf(send())).toBe('event_store_unavailable');
      expect(await codeOf(send(changes))).toBe('idempotency_key_reused');
      isReachable = true;
      expect((await send()).mediaId).toBe(mediaId);
      expect(await codeOf(send(changes))).toBe('idempotency_key_reused');
      expect(
        (
          await send({
            declared: { filename: 'a.mp4' },
            declaredAfterwards: async () => ({ title: 'First' }),
          })
        ).mediaId,
      ).toBe(mediaId);
    },
  );

  test('whose item has not heard of it yet keeps its key for itself: another one under it changes nothing', async () => {
    let isReachable = false;
    const registered: UploadHooks['registered'] = async () => {
      if (!isReachable) throw unavailable('event_store_unavailable', 'Cannot be reached');
      return { position: '1' };
    };
    const server = await start({ hooks: { registered } });
    const { mediaId } = aFile();
    const send = (title: string) =>
      server.uploads.ingestFile(aFile({ mediaId, declared: { title }, idempotencyKey: 'key' }));
    expect(await codeOf(send('First'))).toBe('event_store_unavailable');
    isReachable = true;
    expect(await codeOf(send('Other'))).toBe('idempotency_key_reused');
    expect((await send('First')).mediaId).toBe(mediaId);
  });

  test('sent again with its key and cut off is interrupted, not taken for the same', async () => {
    const server = await start();
    const { mediaId } = aFile();
    await server.uploads.ingestFile(aFile({ mediaId, idempotencyKey: 'key' }));
    const again = aFile({ mediaId, bytes: brokenStream('hello '), idempotencyKey: 'key' });
    expect(await codeOf(server.uploads.ingestFile(again))).toBe('upload_interrupted');
  });

  test('sent again with its key but with the checksum of another file is refused; the first one stays', async () => {
    const server = await start();
    const { mediaId } = aFile();
    const send = (content: string) =>
      server.uploads.ingestFile(
        aFile({
          ...{ mediaId, bytes: streamOf(content), idempotencyKey: 'key' },
          declaredAfterwards: async () => ({ sha256: digestOf('sha256', content) }),
        }),
      );
    const first = await send('first');
    expect(await codeOf(send('other'))).toBe('idempotency_key_reused');
    expect(await text(await server.blobs.read(`media/${mediaId}/original`))).toBe('first');
    expect((await send('first')).mediaId).toBe(first.mediaId);
  });

  test('whose item could not hear of it is not lost: with its key it is sent again, with what stands behind it', async () => {
    let reachable = false;
    const registered: UploadHooks['registered'] = async () => {
      if (!reachable) throw unavailable('event_store_unavailable', 'Cannot be reached');
      return { position: '1' };
    };
    const server = await start({ hooks: { registered } });
    const errorOf = () => unavailable('upload_interrupted', 'It broke off');
    const [command] = uploadFileCommand(server.uploads.ingestFile, {
      execute: () => Promise.reject(new Error('nothing is pulled here')),
      source: { assertAllowed() {} },
    });
    const send = () =>
      command?.handle({
        ...{
          commandId: 'the same',
          headers: { 'idempotency-key': 'key' },
          params: {},
          query: {},
          body: undefined,
        },
        ...{ requestHash: null, actor: 'operator', ...NO_REQUEST, isOperator: true, isHead: false },
        signal: new AbortController().signal,
        async *parts() {
          yield { field: 'tags', value: 'kept' };
          yield { field: 'file', filename: 'a.mp4', contentType: null, bytes: streamOf('film'), errorOf };
          yield { field: 'title', value: 'Behind the file' };
        },
      });
    await expect(send()).rejects.toMatchObject({ code: 'event_store_unavailable' });
    reachable = true;
    expect(await send()).toMatchObject({ status: 202 });
    const [, ...heard] = server.calls;
    expect(heard).toMatchObject([
      { hook: 'registered', data: { title: 'Behind the file', tags: ['kept'] } },
      { hook: 'completed' },
    ]);
  });

  test('sent with its key for an item that is deleted is refused, and no bytes are kept', async () => {
    const registered: UploadHooks['registered'] = async () => {
      throw conflict('media_deleted', 'It is deleted');
    };
    const server = await start({ hooks: { registered } });
    const file = aFile({ idempotencyKey: 'key' });
    expect(await codeOf(server.uploads.ingestFile(file))).toBe('media_deleted');
    await nothingStays(server, file.mediaId);
    expect(server.callsOf(file.mediaId)).toEqual(['registered']);
  });

  test('sent with its key when the ledger has forgotten it long ago gives the first answer and replaces nothing', async () => {
    let now = '2026-01-01T00:00:00.000Z';
    const server = await start({ now: () => now });
    const { mediaId } = aFile();
    await server.uploads.ingestFile(aFile({ mediaId, idempotencyKey: 'key' }));
    const keyed = { 'idempotency-key': 'tus key', 'upload-length': 5 };
    const { path, id } = await createUpload(server, keyed);
    await server.send('PATCH', path, patchHeaders(0), 'whole');
    now = '2026-03-01T00:00:00.000Z';
    await server.uploads.expireUploads();
    expect((await server.send('HEAD', path)).status).toBe(404);

    const bytes = streamOf('other bytes');
    const other = aFile({ mediaId, bytes, idempotencyKey: 'key' });
    expect(await codeOf(server.uploads.ingestFile(other))).toBe('idempotency_key_reused');
    await server.uploads.ingestFile(aFile({ mediaId, idempotencyKey: 'key' }));
    expect(await text(await server.blobs.read(`media/${mediaId}/original`))).toBe('hello world');
    const refused = await server.send('POST', '/v1/uploads', { ...keyed, ...patchHeaders(0) }, 'OTHER');
    expect([refused.status, refused.code]).toEqual([409, 'idempotency_key_reused']);
    const again = await server.send('POST', '/v1/uploads', { ...keyed, ...patchHeaders(0) }, 'whole');
    expect([again.status, again.headers['upload-offset']]).toEqual([201, '5']);
    expect(await text(await server.blobs.read(`media/${id}/original`))).toBe('whole');
    await server.uploads.resumeInterrupted();
    for (const each of [mediaId, id]) {
      const told = server.calls.filter(({ hook, data }) => hook === 'completed' && data.mediaId === each);
      expect(told.map(({ data }) => data)).toEqual([told[0]?.data, told[0]?.data]);
    }
  });

  test('is locked against a second one of the same key while it comes in', async () => {
    const server = await start();
    const { mediaId } = aFile();
    const bytes = openBody();
    const first = server.uploads.ingestFile(aFile({ mediaId, bytes }));
    expect(await codeOf(server.uploads.ingestFile(aFile({ mediaId })))).toBe('upload_locked');
    bytes.push('first');
    bytes.push(null);
    await first;
    expect(await text(await server.blobs.read(`media/${mediaId}/original`))).toBe('first');
  });

  test('whose process died is given up soon after; one that was whole is completed', async () => {
    let now = '2026-01-01T00:00:00.000Z';
    const before = await start({
      now: () => now,
      hooks: {
        completed: async () => {
          throw unavailable('event_store_unavailable', 'Cannot be reached');
        },
      },
    });
    const whole = aFile();
    expect(await codeOf(before.uploads.ingestFile(whole))).toBe('event_store_unavailable');
    const dying = aFile({ bytes: openBody() });
    dying.bytes.push('half');
    // Never ends: the process is as good as dead.
    void before.uploads.ingestFile(dying).catch(() => {});
    await eventually(async () => (await before.blobs.growing(`uploads/${dying.mediaId}`))?.sizeBytes === 4);

    const after = await start({ now: () => now });
    expect(await after.uploads.resumeInterrupted()).toEqual({ completed: 1, closed: 0, failed: 0 });
    expect(await text(await after.blobs.read(`media/${whole.mediaId}/original`))).toBe('hello world');
    now = '2026-01-01T00:05:00.000Z';
    expect(await after.uploads.expireUploads()).toEqual({ completed: 0, closed: 1, failed: 0 });
    expect(after.calls.at(-1)).toMatchObject({
      hook: 'failed',
      data: { mediaId: dying.mediaId, code: 'upload_interrupted' },
    });
    dying.bytes.destroy();
  });
});

describe('space on the disk', () => {
  /** A store on a disk of `sizeBytes`, which its growing objects fill. */
  const onDiskOf =
    (sizeBytes: number) =>
    (blobs: BlobStore): BlobStore => {
      const usedBytes = async () => {
        let used = 0;
        for await (const growing of blobs.listGrowing()) used += growing.sizeBytes;
        return used;
      };
      return {
        ...blobs,
        freeBytes: async () => sizeBytes - (await usedBytes()),
        async append(key, offset, bytes) {
          let left = sizeBytes - (await usedBytes());
          async function* untilFull() {
            for await (const chunk of bytes as AsyncIterable<Buffer>) {
              if (chunk.length > left) throw new MediaFlowError('storage-full', 'storage_full', 'Full');
              left -= chunk.length;
              yield chunk;
            }
          }
          return blobs.append(key, offset, Readable.from(untilFull(), { objectMode: false }));
        },
      };
    };

  test('a file that does not fit beside what was promised to others is refused at creation', async () => {
    const server = await start({ wrapBlobs: onDiskOf(1000), limits: { keepFreeBytes: 100 } });
    const create = (sizeBytes: number) => server.send('POST', '/v1/uploads', { 'upload-length': sizeBytes });
    const first = await create(500);
    expect(first.status).toBe(201);
    await server.send('PATCH', first.headers.location ?? '', patchHeaders(0), 'x'.repeat(200));
    const refused = await create(401);
    expect([refused.status, refused.code]).toEqual([507, 'storage_full']);
    expect(JSON.parse(refused.body).details).toEqual({ neededBytes: 401, availableBytes: 400 });
    const together = await Promise.all([create(250), create(250)]);
    expect(together.map(({ status }) => status).sort()).toEqual([201, 507]);
    await server.send('DELETE', first.headers.location ?? '');
    expect((await create(401)).status).toBe(201);
  });

  test('bytes that nobody announced do not use up what another upload was promised', async () => {
    const server = await start({ wrapBlobs: onDiskOf(1000), limits: { keepFreeBytes: 0 } });
    const { path: unannounced } = await createUpload(server, { 'upload-defer-length': 1 });
    await server.send('PATCH', unannounced, patchHeaders(0), 'x'.repeat(500));
    await createUpload(server, { 'upload-length': 400 });
    const refused = await server.send('POST', '/v1/uploads', { 'upload-length': 101 });
    expect([refused.status, refused.code]).toEqual([507, 'storage_full']);
    expect(JSON.parse(refused.body).details).toEqual({ neededBytes: 101, availableBytes: 100 });
    await server.send('DELETE', unannounced);
  });

  test('a disk that fills up while bytes come in is told as such; the upload goes on when there is space', async () => {
    const server = await start({ wrapBlobs: onDiskOf(1000), limits: { keepFreeBytes: 0 } });
    const { path: other } = await createUpload(server, { 'upload-defer-length': 1 });
    await server.send('PATCH', other, patchHeaders(0), 'x'.repeat(900));
    const { path, id } = await createUpload(server, { 'upload-length': 100 });
    await server.send('PATCH', other, patchHeaders(900), 'x'.repeat(50));
    const full = await server.send('PATCH', path, patchHeaders(0), 'y'.repeat(100));
    expect([full.status, full.code]).toEqual([507, 'storage_full']);
    expect(server.callsOf(id)).toEqual(['registered']);
    await server.send('DELETE', other);
    const offset = Number((await server.send('HEAD', path)).headers['upload-offset']);
    const rest = await server.send('PATCH', path, patchHeaders(offset), 'y'.repeat(100 - offset));
    expect(rest.status).toBe(204);
  });

  test('a file in one request that does not fit fails, and leaves its space', async () => {
    const server = await start({ wrapBlobs: onDiskOf(1000), limits: { keepFreeBytes: 0 } });
    const file = aFile({ bytes: streamOf('x'.repeat(900), 'x'.repeat(200)) });
    expect(await codeOf(server.uploads.ingestFile(file))).toBe('storage_full');
    expect(server.calls.at(-1)).toMatchObject({ hook: 'failed', data: { code: 'storage_full' } });
    await nothingStays(server, file.mediaId);
  });

  test('what nobody said the size of leaves alone what is to be kept free, and what others were promised', async () => {
    const limits = { keepFreeBytes: 300, spaceCheckBytes: 100 };
    const server = await start({ wrapBlobs: onDiskOf(1000), limits });
    const file = aFile({ bytes: streamOf(...Array.from({ length: 8 }, () => 'x'.repeat(100))) });
    expect(await codeOf(server.uploads.ingestFile(file))).toBe('storage_full');
    await nothingStays(server, file.mediaId);

    const { path } = await createUpload(server, { 'upload-defer-length': 1 });
    const body = Readable.from(Array.from({ length: 8 }, () => Buffer.alloc(100)));
    expect((await server.send('PATCH', path, patchHeaders(0), body)).code).toBe('storage_full');
    expect((await server.blobs.growing(path.replace('/v1/', '')))?.sizeBytes).toBeLessThanOrEqual(700);
    await server.send('DELETE', path);
  });
});
