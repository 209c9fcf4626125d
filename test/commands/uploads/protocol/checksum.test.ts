import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createUpload, digestOf, metadataHeader, patchHeaders, type UploadServer } from '../upload-server.js';
import { useUploadServers } from '../upload-servers.js';

const start = useUploadServers();

const stored = async (server: UploadServer, id: string) =>
  text(await server.blobs.read(`media/${id}/original`));
const offsetOf = async (server: UploadServer, path: string) =>
  (await server.send('HEAD', path)).headers['upload-offset'];
const checksumOf = (algorithm: string, bytes: string) =>
  `${algorithm} ${digestOf(algorithm, bytes, 'base64')}`;

/** Sends a PATCH whose checksum comes behind its bytes, where one is given, and returns status and code. */
function patchWithTrailer(
  server: UploadServer,
  path: string,
  { offset, bytes, checksum }: { offset: number; bytes: string; checksum?: string },
): Promise<[number | undefined, string | undefined]> {
  return new Promise((resolve, reject) => {
    const headers = { ...patchHeaders(offset), 'tus-resumable': '1.0.0', trailer: 'Upload-Checksum' };
    const outgoing = request(new URL(path, server.url), { method: 'PATCH', headers });
    outgoing.on('error', reject).on('response', async (response) => {
      const body = await text(response);
      resolve([response.statusCode, body === '' ? undefined : JSON.parse(body).code]);
    });
    outgoing.write(bytes);
    if (checksum !== undefined) outgoing.addTrailers({ 'Upload-Checksum': checksum });
    outgoing.end();
  });
}

describe('Checksum / PATCH', () => {
  test.each(['sha1', 'sha256', 'md5'])('bytes that match their %s count: 204', async (algorithm) => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 5 });
    const checksum = { 'upload-checksum': checksumOf(algorithm, 'hello') };
    expect((await server.send('PATCH', path, patchHeaders(0, checksum), 'hello')).status).toBe(204);
    expect(await stored(server, id)).toBe('hello');
  });

  test('bytes that mismatch are 460 and MUST be discarded, the offset MUST NOT be updated; the right ones can follow', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 10 });
    await server.send('PATCH', path, patchHeaders(0), 'hello');
    const checksum = { 'upload-checksum': checksumOf('sha1', 'world') };
    const wrong = await server.send('PATCH', path, patchHeaders(5, checksum), 'wOrld');
    expect([wrong.status, wrong.code]).toEqual([460, 'checksum_mismatch']);
    expect([await offsetOf(server, path), await server.storedBytes(id)]).toEqual(['5', 5]);
    expect((await server.send('PATCH', path, patchHeaders(5, checksum), 'world')).status).toBe(204);
    expect(await stored(server, id)).toBe('helloworld');
    expect(server.calls.at(-1)?.data).toMatchObject({ sha256: digestOf('sha256', 'helloworld') });
  });

  test.each([
    ['an algorithm that is not supported', 'crc32 AAAA', 'unsupported_checksum_algorithm'],
    [
      'an algorithm in upper case',
      checksumOf('sha1', 'hello').toUpperCase(),
      'unsupported_checksum_algorithm',
    ],
    ['a digest that is no base64', 'sha1 !', 'invalid_checksum'],
    ['no digest', 'sha1', 'invalid_checksum'],
    ['nothing', '', 'invalid_checksum'],
  ])('%s is 400, and the offset MUST NOT be updated', async (_, checksum, code) => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 5 });
    const headers = patchHeaders(0, { 'upload-checksum': checksum });
    const answer = await server.send('PATCH', path, headers, 'hello');
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(await patchWithTrailer(server, path, { offset: 0, bytes: 'hello', checksum })).toEqual([
      400,
      code,
    ]);
    expect([await offsetOf(server, path), (await server.storedBytes(id)) ?? 0]).toEqual(['0', 0]);
  });
});

describe('Checksum: it MAY be included as a trailer, announced using the Trailer header', () => {
  test.each(['sha1', 'sha256', 'md5'])('bytes that match the %s behind them count', async (algorithm) => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 10 });
    for (const [offset, bytes] of [
      [0, 'hello'],
      [5, 'world'],
    ] as const) {
      const checksum = checksumOf(algorithm, bytes);
      expect(await patchWithTrailer(server, path, { offset, bytes, checksum })).toEqual([204, undefined]);
    }
    expect(await stored(server, id)).toBe('helloworld');
  });

  test('bytes that mismatch it do not count, nor do those it was announced for and never came', async () => {
    const server = await start();
    const { path, id } = await createUpload(server, { 'upload-length': 5 });
    const checksum = checksumOf('sha1', 'hello');
    expect(await patchWithTrailer(server, path, { offset: 0, bytes: 'hallo', checksum })).toEqual([
      460,
      'checksum_mismatch',
    ]);
    expect(await patchWithTrailer(server, path, { offset: 0, bytes: 'hello' })).toEqual([
      400,
      'invalid_checksum',
    ]);
    expect([await offsetOf(server, path), await server.storedBytes(id)]).toEqual(['0', 0]);
    expect(await patchWithTrailer(server, path, { offset: 0, bytes: 'hello', checksum })).toEqual([
      204,
      undefined,
    ]);
    expect(await stored(server, id)).toBe('hello');
  });
});

test('Checksum of the whole file, declared as metadata: when it mismatches the item fails and nothing stays', async () => {
  const server = await start();
  const metadata = metadataHeader({ sha256: digestOf('sha256', 'right') });
  const { path, id } = await createUpload(server, { 'upload-length': 5, 'upload-metadata': metadata });
  const answer = await server.send('PATCH', path, patchHeaders(0), 'wrong');
  expect([answer.status, answer.code]).toEqual([460, 'checksum_mismatch']);
  expect(server.calls.at(-1)).toMatchObject({
    hook: 'failed',
    data: { mediaId: id, code: 'checksum_mismatch' },
  });
  expect(await server.blobs.stat(`media/${id}/original`)).toBeUndefined();
  expect(await server.storedBytes(id)).toBeUndefined();
  const later = await server.send('PATCH', path, patchHeaders(0), 'right');
  expect([later.status, later.code]).toEqual([410, 'upload_gone']);
});
