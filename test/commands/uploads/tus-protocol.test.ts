import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  createUpload,
  digestOf,
  eventually,
  metadataHeader,
  openBody,
  patchHeaders,
  startUploadServer,
  type UploadServer,
} from './upload-server.js';

let database: TestDatabase;
let folder: string;
let server: UploadServer;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-uploads-'));
  server = await startUploadServer({ folder, database, limits: { maximumSizeBytes: 1_000_000 } });
});
afterAll(async () => {
  await server.kill();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const stored = async (id: string) => text(await server.blobs.read(`media/${id}/original`));
const offsetOf = async (path: string) => (await server.send('HEAD', path)).headers['upload-offset'];

describe('core protocol', () => {
  test('OPTIONS tells version, extensions, limits and algorithms, to clients of any version', async () => {
    const answer = await server.send('OPTIONS', '/v1/uploads', { 'tus-resumable': '0.1' });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'tus-version': '1.0.0',
      'tus-extension':
        'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,concatenation',
      'tus-max-size': '1000000',
      'tus-checksum-algorithm': 'sha1,sha256,md5',
    });
  });

  test('a file in two PATCHes is announced, stored, hashed and told as complete', async () => {
    const metadata = metadataHeader({
      filename: '../../etc/päss\u0007wd.mp4',
      filetype: 'Video/MP4',
      title: 'A title',
      description: 'Two\nlines',
      tags: 'a, b,,a',
      sha256: digestOf('sha256', 'hello world').toUpperCase(),
    });
    const created = await server.send('POST', '/v1/uploads', {
      'upload-length': 11,
      'upload-metadata': metadata,
    });
    expect(created.status).toBe(201);
    expect(created.headers['upload-expires']).toMatch(/GMT$/);
    const path = created.headers.location ?? '';
    const id = path.split('/').at(-1) ?? '';
    expect(path).toMatch(/^\/v1\/uploads\/[0-9a-f-]{36}$/);

    const first = await server.send('PATCH', path, patchHeaders(0), 'hello ');
    expect([first.status, first.headers['upload-offset']]).toEqual([204, '6']);
    const head = await server.send('HEAD', path);
    expect(head.headers).toMatchObject({
      'upload-offset': '6',
      'upload-length': '11',
      'upload-metadata': metadata,
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
    });
    const last = await server.send('PATCH', path, patchHeaders(6), 'world');
    expect([last.status, last.headers['upload-offset']]).toEqual([204, '11']);
    expect(last.headers['mediaflow-position']).toMatch(/^\d+$/);

    expect(await stored(id)).toBe('hello world');
    expect(server.calls.filter(({ data }) => data.mediaId === id)).toEqual([
      {
        hook: 'registered',
        data: {
          mediaId: id,
          filename: 'pässwd.mp4',
          contentType: 'video/mp4',
          title: 'A title',
          description: 'Two\nlines',
          tags: ['a', 'b'],
          declaredSizeBytes: 11,
          declaredSha256: digestOf('sha256', 'hello world'),
          via: 'tus',
        },
      },
      {
        hook: 'completed',
        data: {
          mediaId: id,
          blobKey: `media/${id}/original`,
          sizeBytes: 11,
          sha256: digestOf('sha256', 'hello world'),
        },
      },
    ]);
    const complete = await server.send('HEAD', path);
    expect(complete.headers).toMatchObject({ 'upload-offset': '11', 'upload-length': '11' });
  });

  test('a wrong offset, content type, version, method, id or header is answered with what is wrong', async () => {
    const { path } = await createUpload(server, { 'upload-length': 4 });
    const unknown = '/v1/uploads/00000000-0000-8000-8000-000000000000';
    const cases: [number, string | undefined, Awaited<ReturnType<typeof server.send>>][] = [
      [409, 'offset_mismatch', await server.send('PATCH', path, patchHeaders(2), 'xx')],
      [400, 'invalid_header', await server.send('PATCH', path, patchHeaders(-1), 'xx')],
      [415, 'wrong_content_type', await server.send('PATCH', path, { 'upload-offset': 0 }, 'xx')],
      [412, 'unsupported_tus_version', await server.send('PATCH', path, { 'tus-resumable': '2.0.0' }, 'xx')],
      [413, 'upload_too_long', await server.send('PATCH', path, patchHeaders(0), 'too long')],
      [405, 'method_not_allowed', await server.send('PUT', path)],
      [405, 'method_not_allowed', await server.send('GET', '/v1/uploads')],
      [404, 'upload_not_found', await server.send('PATCH', unknown, patchHeaders(0), 'x')],
      [404, 'upload_not_found', await server.send('DELETE', '/v1/uploads/..%2f..%2fetc')],
      [404, undefined, await server.send('HEAD', unknown)],
    ];
    for (const [status, code, answer] of cases) expect([answer.status, answer.code]).toEqual([status, code]);
    expect(cases[3]?.[2].headers['tus-version']).toBe('1.0.0');
    expect(await offsetOf(path)).toBe('0');
  });

  test('a chunked body longer than the upload is refused at the byte that is too many', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 4 });
    const body = openBody();
    body.push('123456');
    body.push(null);
    const answer = await server.send('PATCH', path, patchHeaders(0), body);
    expect([answer.status, answer.code]).toEqual([413, 'upload_too_long']);
    await server.send('PATCH', path, patchHeaders(0), '1234');
    expect(await stored(id)).toBe('1234');
  });

  test('a method can travel in X-HTTP-Method-Override', async () => {
    const { path } = await createUpload(server, { 'upload-length': 4 });
    const override = { 'x-http-method-override': 'PATCH' };
    const answer = await server.send('POST', path, { ...patchHeaders(0), ...override }, '1234');
    expect(answer.status).toBe(204);
  });

  test('a dropped connection keeps what arrived', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const body = openBody();
    body.push('1234');
    const sending = server
      .send('PATCH', path, { ...patchHeaders(0), 'content-length': 8 }, body)
      .catch(() => null);
    await eventually(async () => (await offsetOf(path)) === '4');
    body.unpipe();
    body.destroy();
    // The request is gone with its body once the server is asked to let go of it.
    await server.send('HEAD', path);
    const other = await server.send('PATCH', path, patchHeaders(4), '5678');
    expect([other.status, other.code]).toEqual([423, 'upload_locked']);
    await server.kill();
    await sending;
    server = await startUploadServer({ folder, database, limits: { maximumSizeBytes: 1_000_000 } });
    expect((await server.send('PATCH', path, patchHeaders(4), '5678')).status).toBe(204);
    expect(await stored(id)).toBe('12345678');
  });

  test('of two clients finishing the same upload one wins, the other is told, and HEAD shows it complete', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const answers = await Promise.all([
      server.send('PATCH', path, patchHeaders(0), '11111111'),
      server.send('PATCH', path, patchHeaders(0), '22222222'),
    ]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(204);
    expect([409, 423]).toContain(statuses[1]);
    expect(await stored(id)).toBe(answers[0].status === 204 ? '11111111' : '22222222');
    expect(await offsetOf(path)).toBe('8');
    expect(server.callsOf(id)).toEqual(['registered', 'completed']);
    const late = await server.send('PATCH', path, patchHeaders(8), 'more');
    expect([late.status, late.code]).toEqual([409, 'upload_completed']);
  });
});

describe('creation', () => {
  test.each([
    ['neither length nor deferred length', {}, 400, 'invalid_upload_length'],
    ['both', { 'upload-length': 1, 'upload-defer-length': 1 }, 400, 'invalid_upload_length'],
    ['a length that is no number', { 'upload-length': '1e3' }, 400, 'invalid_header'],
    ['an empty file', { 'upload-length': 0 }, 400, 'empty_file'],
    ['a file over the limit', { 'upload-length': 1_000_001 }, 413, 'file_too_large'],
    ['metadata that is not base64', { 'upload-metadata': 'title a!' }, 400, 'invalid_upload_metadata'],
    ['metadata that is not UTF-8', { 'upload-metadata': 'title /w==' }, 400, 'invalid_upload_metadata'],
    ['a metadata key twice', { 'upload-metadata': 'title YQ==,title YQ==' }, 400, 'invalid_upload_metadata'],
    ['no SHA-256', { 'upload-metadata': metadataHeader({ sha256: 'abc' }) }, 400, 'invalid_sha256'],
    ['a strange idempotency key', { 'idempotency-key': 'x'.repeat(256) }, 400, 'invalid_idempotency_key'],
  ])('with %s is refused, and no item is registered', async (name, headers, status, code) => {
    const before = server.calls.length;
    const length = name.startsWith('neither') ? {} : { 'upload-length': 5 };
    const answer = await server.send('POST', '/v1/uploads', { ...length, ...headers });
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(server.calls.length).toBe(before);
  });

  test('with the bytes in it makes a complete item in one request', async () => {
    const headers = { 'upload-length': 5, 'content-type': 'application/offset+octet-stream' };
    const answer = await server.send('POST', '/v1/uploads', headers, 'whole');
    expect([answer.status, answer.headers['upload-offset']]).toEqual([201, '5']);
    expect(await stored(answer.headers.location?.split('/').at(-1) ?? '')).toBe('whole');
  });

  test('with the same Idempotency-Key gives the same upload, with another file under it a conflict', async () => {
    const headers = { 'upload-length': 4, 'idempotency-key': 'same', 'upload-metadata': 'title YQ==' };
    const first = await createUpload(server, headers);
    await server.send('PATCH', first.path, patchHeaders(0), '12');
    const again = await server.send('POST', '/v1/uploads', headers);
    expect([again.headers.location, again.headers['upload-offset']]).toEqual([first.path, '2']);
    const other = await server.send('POST', '/v1/uploads', { ...headers, 'upload-metadata': 'title Yg==' });
    expect([other.status, other.code]).toEqual([409, 'idempotency_key_reused']);
  });

  test('with the length to come takes it with a later PATCH, once', async () => {
    const { path, id } = await createUpload(server, { 'upload-defer-length': 1 });
    await server.send('PATCH', path, patchHeaders(0), 'abc');
    const head = await server.send('HEAD', path);
    expect([head.headers['upload-defer-length'], head.headers['upload-length']]).toEqual(['1', undefined]);
    const short = await server.send('PATCH', path, patchHeaders(3, { 'upload-length': '2' }), '');
    expect([short.status, short.code]).toEqual([400, 'invalid_upload_length']);
    expect((await server.send('PATCH', path, patchHeaders(3, { 'upload-length': '6' }), 'd')).status).toBe(
      204,
    );
    const changed = await server.send('PATCH', path, patchHeaders(4, { 'upload-length': '7' }), 'ef');
    expect(changed.code).toBe('invalid_upload_length');
    expect((await server.send('PATCH', path, patchHeaders(4), 'ef')).status).toBe(204);
    expect(await stored(id)).toBe('abcdef');
  });

  test('with the length to come, a file that turns out empty fails', async () => {
    const { path, id } = await createUpload(server, { 'upload-defer-length': 1 });
    const answer = await server.send('PATCH', path, patchHeaders(0, { 'upload-length': '0' }), '');
    expect([answer.status, answer.code]).toEqual([400, 'empty_file']);
    expect(server.callsOf(id)).toEqual(['registered', 'failed']);
    expect((await server.send('HEAD', path)).status).toBe(410);
  });
});

describe('checksums', () => {
  test.each(['sha1', 'sha256', 'md5'])('bytes that match their %s count', async (algorithm) => {
    const { path, id } = await createUpload(server, { 'upload-length': 5 });
    const checksum = { 'upload-checksum': `${algorithm} ${digestOf(algorithm, 'hello', 'base64')}` };
    expect((await server.send('PATCH', path, patchHeaders(0, checksum), 'hello')).status).toBe(204);
    expect(await stored(id)).toBe('hello');
  });

  test('bytes that do not match do not count, and the right ones can follow', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 10 });
    await server.send('PATCH', path, patchHeaders(0), 'hello');
    const checksum = { 'upload-checksum': `sha1 ${digestOf('sha1', 'world', 'base64')}` };
    const wrong = await server.send('PATCH', path, patchHeaders(5, checksum), 'wOrld');
    expect([wrong.status, wrong.code]).toEqual([460, 'checksum_mismatch']);
    expect(await offsetOf(path)).toBe('5');
    expect((await server.send('PATCH', path, patchHeaders(5, checksum), 'world')).status).toBe(204);
    expect(await stored(id)).toBe('helloworld');
    expect(server.calls.at(-1)?.data).toMatchObject({ sha256: digestOf('sha256', 'helloworld') });
  });

  test('an unknown algorithm or a malformed digest is refused', async () => {
    const { path } = await createUpload(server, { 'upload-length': 5 });
    const crc = await server.send('PATCH', path, patchHeaders(0, { 'upload-checksum': 'crc32 AAAA' }), 'x');
    expect([crc.status, crc.code]).toEqual([400, 'unsupported_checksum_algorithm']);
    const odd = await server.send('PATCH', path, patchHeaders(0, { 'upload-checksum': 'sha1 !' }), 'x');
    expect([odd.status, odd.code]).toEqual([400, 'invalid_checksum']);
  });

  test('a file that is not the one declared fails, and nothing of it stays', async () => {
    const metadata = metadataHeader({ sha256: digestOf('sha256', 'right') });
    const { path, id } = await createUpload(server, { 'upload-length': 5, 'upload-metadata': metadata });
    const answer = await server.send('PATCH', path, patchHeaders(0), 'wrong');
    expect([answer.status, answer.code]).toEqual([460, 'checksum_mismatch']);
    expect(server.calls.at(-1)).toMatchObject({
      hook: 'failed',
      data: { mediaId: id, code: 'checksum_mismatch' },
    });
    expect(await server.blobs.stat(`media/${id}/original`)).toBeUndefined();
    expect(await server.blobs.growing(`uploads/${id}`)).toBeUndefined();
    const later = await server.send('PATCH', path, patchHeaders(0), 'right');
    expect([later.status, later.code]).toEqual([410, 'upload_gone']);
  });
});

describe('termination', () => {
  test('ends an upload, also one that bytes are coming in for', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 8 });
    const body = openBody();
    body.push('1234');
    const sending = server.send('PATCH', path, patchHeaders(0), body).catch(() => undefined);
    await eventually(async () => (await offsetOf(path)) === '4');
    expect((await server.send('DELETE', path)).status).toBe(204);
    await sending;
    expect(server.calls.at(-1)).toMatchObject({
      hook: 'failed',
      data: { mediaId: id, code: 'upload_terminated' },
    });
    expect(await server.blobs.growing(`uploads/${id}`)).toBeUndefined();
    expect((await server.send('HEAD', path)).status).toBe(410);
    expect((await server.send('DELETE', path)).status).toBe(410);
  });

  test('leaves a complete item alone', async () => {
    const { path, id } = await createUpload(server, { 'upload-length': 4 });
    await server.send('PATCH', path, patchHeaders(0), '1234');
    const answer = await server.send('DELETE', path);
    expect([answer.status, answer.code]).toEqual([409, 'upload_completed']);
    expect(await stored(id)).toBe('1234');
  });
});

describe('concatenation', () => {
  const partial = async (content: string) => {
    const upload = await createUpload(server, {
      'upload-length': content.length,
      'upload-concat': 'partial',
    });
    await server.send('PATCH', upload.path, patchHeaders(0), content);
    return upload;
  };

  test('parts are no items; joined in the order of the final upload they are one', async () => {
    const [a, b] = [await partial('aaa'), await partial('bb')];
    expect([...server.callsOf(a.id), ...server.callsOf(b.id)]).toEqual([]);
    expect((await server.send('HEAD', a.path)).headers['upload-concat']).toBe('partial');
    const concat = `final;${b.path} ${server.url}${a.path}`;
    const final = await createUpload(server, { 'upload-concat': concat });
    expect(await stored(final.id)).toBe('bbaaa');
    expect(server.calls.slice(-2)).toMatchObject([
      { hook: 'registered', data: { mediaId: final.id, declaredSizeBytes: 5 } },
      { hook: 'completed', data: { sizeBytes: 5, sha256: digestOf('sha256', 'bbaaa') } },
    ]);
    const head = await server.send('HEAD', final.path);
    expect(head.headers).toMatchObject({
      'upload-offset': '5',
      'upload-length': '5',
      'upload-concat': `final;${b.path} ${a.path}`,
    });
    const patch = await server.send('PATCH', final.path, patchHeaders(5), 'x');
    expect([patch.status, patch.code]).toEqual([403, 'final_upload_is_fixed']);
    expect((await server.send('HEAD', a.path)).status).toBe(410);
  });

  test('a final upload of incomplete, unknown, foreign or whole uploads is refused', async () => {
    const done = await partial('done');
    const open = await createUpload(server, { 'upload-length': 5, 'upload-concat': 'partial' });
    const whole = await createUpload(server, { 'upload-length': 5 });
    const unknown = '/v1/uploads/00000000-0000-8000-8000-000000000000';
    const attempt = async (concat: string, more: Record<string, number> = {}) =>
      (await server.send('POST', '/v1/uploads', { 'upload-concat': concat, ...more })).code;
    expect(await attempt(`final;${done.path} ${open.path}`)).toBe('part_incomplete');
    expect(await attempt(`final;${unknown}`)).toBe('part_not_found');
    expect(await attempt(`final;${whole.path}`)).toBe('part_not_found');
    expect(await attempt('final;/elsewhere/1')).toBe('invalid_upload_concat');
    expect(await attempt(`final;${done.path} ${done.path}`)).toBe('invalid_upload_concat');
    expect(await attempt('final;')).toBe('invalid_upload_concat');
    expect(await attempt('other')).toBe('invalid_upload_concat');
    expect(await attempt(`final;${done.path}`, { 'upload-length': 4 })).toBe('invalid_upload_length');
    expect(await offsetOf(done.path)).toBe('4');
  });

  test('a joined file that is not the one declared fails', async () => {
    const part = await partial('wrong');
    const answer = await server.send('POST', '/v1/uploads', {
      'upload-concat': `final;${part.path}`,
      'upload-metadata': metadataHeader({ sha256: digestOf('sha256', 'right') }),
    });
    expect([answer.status, answer.code]).toEqual([460, 'checksum_mismatch']);
    expect(server.calls.at(-1)).toMatchObject({ hook: 'failed', data: { code: 'checksum_mismatch' } });
  });
});
