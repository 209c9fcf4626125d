import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson, historyOf, type Item, waitForItem } from '../../e2e/support/client.js';
import {
  base64,
  breakOff,
  createTusUpload,
  expectProblem,
  type FormPart,
  filePart,
  form,
  mediaIdOf,
  patchTus,
  sendForm,
  textPart,
  tusHeaders,
} from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const MAXIMUM_BYTES = 512 * 1024;
const folder = temporaryFolder();
let server: TestServer;
let clip: string;
let clipBytes: Buffer<ArrayBuffer>;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const wrong = '0'.repeat(64);

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_MAXIMUM_UPLOAD_BYTES: String(MAXIMUM_BYTES),
  });
  clip = await makeGoodClip(join(folder.path, 'clip.mp4'), 1);
  clipBytes = await readFile(clip);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

/** By the log, which is never behind. */
const registered = async (): Promise<{ mediaId: string; filename: string }[]> => {
  const url = `${server.url}/v1/events?type=MediaRegistered&limit=1000`;
  const { items } = await getJson<{ items: { data: { mediaId: string; filename: string } }[] }>(url);
  return items.map(({ data }) => data);
};

const expectUploadedOnce = (mediaId: string) =>
  expect
    .poll(
      async () => {
        const types = (await historyOf(server.url, mediaId)).map(({ type }) => type);
        return types.filter((type) => type === 'MediaUploaded');
      },
      { timeout: 10_000 },
    )
    .toEqual(['MediaUploaded']);

describe('an upload in one request', () => {
  test('of an empty file is refused, and no item stays', async () => {
    const before = await registered();
    await expectProblem(sendForm(server.url, form(textPart(''))), 400, 'empty_file');
    expect(await registered()).toEqual(before);
  });

  test('with a wrong checksum is refused, whether it comes before the file or after', async () => {
    const file = await filePart(clip);
    for (const parts of [
      [['sha256', wrong] as const, file],
      [file, ['sha256', wrong] as const],
    ]) {
      const problem = await expectProblem(sendForm(server.url, form(...parts)), 400, 'checksum_mismatch');
      expect(problem.details).toMatchObject({ expected: wrong, actual: sha256(clipBytes) });
      const mediaId = String(problem.details?.mediaId);
      await waitForItem(server.url, mediaId, ({ failure }) => failure?.code === 'checksum_mismatch');
      const retry = fetch(`${server.url}/v1/media/${mediaId}/retry`, { method: 'POST' });
      await expectProblem(retry, 409, 'upload_failed');
    }
    await expectProblem(sendForm(server.url, form(['sha256', 'abc'], file)), 400, 'invalid_sha256');
    await expectProblem(sendForm(server.url, form(file, ['sha256', 'abc'])), 400, 'invalid_sha256');
  });

  test('with the right checksum behind the file is taken', async () => {
    const data = form(await filePart(clip), ['sha256', sha256(clipBytes).toUpperCase()], ['title', 'Behind']);
    const mediaId = await mediaIdOf(await sendForm(server.url, data));
    const read = () => getJson<Item>(`${server.url}/v1/media/${mediaId}`);
    const wanted = { sha256: sha256(clipBytes), title: 'Behind' };
    await expect.poll(read, { timeout: 10_000 }).toMatchObject(wanted);
  });

  test('without a file, with two, or with something unknown is refused, and no item stays', async () => {
    const file = textPart('bytes');
    const before = await registered();
    const refused: readonly [readonly FormPart[], string][] = [
      [[['title', 'x']], 'file_missing'],
      [[], 'file_missing'],
      [[file, file], 'several_files'],
      [[file, ['titel', 'x']], 'unknown_field'],
      [[['titel', 'x'], file], 'unknown_field'],
      [[['file', 'not a file']], 'file_missing'],
      [[['__proto__', 'x'], file], 'unknown_field'],
      [[['title', 'x'], ['title', 'y'], file], 'field_repeated'],
      [[['tags', 'x'], file, ['tags', 'y']], 'field_repeated'],
    ];
    for (const [parts, code] of refused) await expectProblem(sendForm(server.url, form(...parts)), 400, code);
    expect(await registered()).toEqual(before);
  });

  test('with details that are wrong is refused, before the file and behind it alike', async () => {
    const file = textPart('bytes');
    const before = await registered();
    const tooLong = ['description', 'x'.repeat(10_001)] as const;
    const tooMany = ['tags', Array.from({ length: 51 }, (_, index) => `t${index}`).join()] as const;
    for (const wrongDetail of [tooLong, tooMany]) {
      for (const parts of [form(wrongDetail, file), form(file, wrongDetail)])
        await expectProblem(sendForm(server.url, parts), 400, 'invalid_upload_metadata');
    }
    expect(await registered()).toEqual(before);
  });

  test('over the limit is refused, with a declared length and without', async () => {
    const bytes = randomBytes(MAXIMUM_BYTES + 1);
    const big = { bytes: new Blob([bytes]), filename: 'big.mp4' };
    await expectProblem(sendForm(server.url, form(big)), 413, 'file_too_large');

    const response = await fetch(`${server.url}/v1/media`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: Readable.toWeb(Readable.from(chunkedForm(bytes))) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    await expectProblem(response, 413, 'file_too_large');
  });

  test('of exactly the limit is taken', async () => {
    const exact = { bytes: new Blob([new Uint8Array(MAXIMUM_BYTES)]), filename: 'exact.mp4' };
    const mediaId = await mediaIdOf(await sendForm(server.url, form(exact)));
    const item = await waitForItem(server.url, mediaId, ({ status }) => status === 'failed');
    expect(item).toMatchObject({ sizeBytes: MAXIMUM_BYTES, failure: { code: 'not_media' } });
  });

  test.each([
    ['../../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/etc/shadow', 'shadow'],
    ['.hidden.mp4', 'hidden.mp4'],
    ['..', 'file'],
    ['a\0b.mp4', 'ab.mp4'],
    ['tab\tand\u202Ebidi.mp4', 'tabandbidi.mp4'],
    ['ümläut 日本 🎬.mp4', 'ümläut 日本 🎬.mp4'],
    [`${'é'.repeat(1000)}.mp4`, `${'é'.repeat(196)}.mp4`],
    ['12" "remix"\r\nlive.mp4', '12" "remix"live.mp4'],
    ['100% می\u200Cخواهم 👩\u200D💻.mp4', '100% می\u200Cخواهم 👩\u200D💻.mp4'],
  ])('named %j is kept as %j, and only a name', async (filename, kept) => {
    const mediaId = await mediaIdOf(await sendForm(server.url, form(textPart('bytes', filename))));
    const item = await waitForItem(server.url, mediaId, () => true);
    expect(item).toMatchObject({ filename: kept });
  });

  test.each([
    ['garbage', 'multipart/form-data; boundary=b', 'malformed_multipart'],
    ['garbage', 'multipart/form-data', 'malformed_multipart'],
    ['', 'multipart/form-data; boundary=b', 'file_missing'],
    ['--b--\r\n', 'multipart/form-data; boundary=b', 'file_missing'],
    ['--b\r\nno: disposition\r\n\r\nx\r\n--b--\r\n', 'multipart/form-data; boundary=b', 'file_missing'],
    [
      '--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx',
      'multipart/form-data; boundary=b',
      'malformed_multipart',
    ],
    // In the middle of the file, and at the end of it.
    ...['half a fi', 'a file\r\n--b'].map((rest) => [
      `--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n${rest}`,
      'multipart/form-data; boundary=b',
      'malformed_multipart',
    ]),
  ])('whose body is %j as %s is refused: %s', async (body, type, code) => {
    const response = fetch(`${server.url}/v1/media`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    await expectProblem(response, 400, code);
  });

  test('has lines ended as they were written, whatever a form makes of it', async () => {
    const data = form(['description', 'Two\nlines'], textPart('bytes'));
    const mediaId = await mediaIdOf(await sendForm(server.url, data));
    const item = await waitForItem(server.url, mediaId, () => true);
    expect(item).toMatchObject({ description: 'Two\nlines' });
  });

  test('that breaks off leaves no item, and with a key it can be sent again', async () => {
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="half.mp4"\r\n\r\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '100000' };
    await breakOff(`${server.url}/v1/media`, headers, head + 'x'.repeat(1000));
    const keyed = { ...headers, 'idempotency-key': 'again' };
    await breakOff(`${server.url}/v1/media`, keyed, head + 'x'.repeat(1000));
    const send = async () =>
      sendForm(server.url, form({ bytes: new Blob([clipBytes]), filename: 'half.mp4' }), {
        'idempotency-key': 'again',
      });
    await expect.poll(async () => (await send()).status, { timeout: 10_000 }).toBe(202);
    const mediaId = await mediaIdOf(await send());
    expect(await mediaIdOf(await send())).toBe(mediaId);
    const halves = (await registered()).filter(({ filename }) => filename === 'half.mp4');
    expect(halves.map((each) => each.mediaId)).toEqual([mediaId]);
  });

  test('with the key of an item that was deleted is refused, however often, and its bytes are not kept', async () => {
    const keyed = { 'idempotency-key': 'deleted' };
    const send = async () => sendForm(server.url, form(await filePart(clip)), keyed);
    const mediaId = await mediaIdOf(await send());
    await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' });
    const types = async () => (await historyOf(server.url, mediaId)).map(({ type }) => type);
    await expect.poll(types, { timeout: 30_000 }).toContain('MediaPurged');
    // The ledger remembers the first time only.
    for (let time = 1; time <= 2; time++) await expectProblem(send(), 409, 'media_deleted');
    const data = join(folder.path, 'data');
    const files = await readdir(data, { recursive: true });
    expect(files.filter((file) => file.includes(mediaId))).toEqual([]);
  });

  test('with the same key at once is one item', async () => {
    const send = async () =>
      sendForm(server.url, form(await filePart(clip)), { 'idempotency-key': 'at once' });
    const responses = await Promise.all([send(), send(), send()]);
    const ids = new Set<string>();
    for (const response of responses) {
      if (response.status === 202) ids.add(await mediaIdOf(response));
      else {
        await expectProblem(response, 409, 'upload_locked');
        expect(response.headers.get('retry-after')).toBe('1');
      }
    }
    ids.add(await mediaIdOf(await send()));
    expect(ids.size).toBe(1);
    const [mediaId = ''] = ids;
    await expectUploadedOnce(mediaId);
  });
});

describe('a tus upload', () => {
  test('of nothing is taken, and its item says why it failed', async () => {
    const address = await createTusUpload(server.url, 0);
    const mediaId = address.split('/').at(-1) ?? '';
    const item = await waitForItem(server.url, mediaId, ({ status }) => status === 'failed');
    expect(item.failure?.code).toBe('empty_file');
    expect((await fetch(address, { method: 'HEAD', headers: tusHeaders })).status).toBe(410);
  });

  test('over the limit is refused when it says so, and when it does not', async () => {
    const create = (headers: Record<string, string>) =>
      fetch(`${server.url}/v1/uploads`, { method: 'POST', headers: { ...tusHeaders, ...headers } });
    for (const length of [String(MAXIMUM_BYTES + 1), '9007199254740992', '9'.repeat(400)])
      await expectProblem(create({ 'upload-length': length }), 413, 'file_too_large');
    const deferred = await create({ 'upload-defer-length': '1' });
    const address = new URL(deferred.headers.get('location') ?? '', server.url).href;
    const response = await patchTus(address, 0, new Uint8Array(MAXIMUM_BYTES + 1));
    await expectProblem(response, 413, 'file_too_large');
  });

  test('with a wrong checksum is refused whole, or in the one piece that is wrong', async () => {
    const address = await createTusUpload(server.url, clipBytes.length, { sha256: wrong });
    await expectProblem(patchTus(address, 0, clipBytes), 460, 'checksum_mismatch');
    const mediaId = address.split('/').at(-1) ?? '';
    const item = await waitForItem(server.url, mediaId, ({ status }) => status === 'failed');
    expect(item.failure?.code).toBe('checksum_mismatch');
    await expectProblem(patchTus(address, 0, clipBytes), 410, 'upload_gone');

    const second = await createTusUpload(server.url, clipBytes.length);
    const checksum = { 'upload-checksum': `sha1 ${base64('not a digest at all!')}` };
    await expectProblem(patchTus(second, 0, clipBytes, checksum), 460, 'checksum_mismatch');
    const head = await fetch(second, { method: 'HEAD', headers: tusHeaders });
    expect(head.headers.get('upload-offset')).toBe('0');
    expect((await patchTus(second, 0, clipBytes)).status).toBe(204);
  });

  test('with metadata that is no base64, or holds NUL or broken text, is refused or cleaned', async () => {
    const create = (metadata: string) =>
      fetch(`${server.url}/v1/uploads`, {
        method: 'POST',
        headers: { ...tusHeaders, 'upload-length': '5', 'upload-metadata': metadata },
      });
    await expectProblem(create('filename ???'), 400, 'invalid_upload_metadata');
    await expectProblem(create('filename /w=='), 400, 'invalid_upload_metadata');
    await expectProblem(create(`description ${base64('a\0b')}`), 400, 'invalid_upload_metadata');
    await expectProblem(create(`sha256 ${base64('abc')}`), 400, 'invalid_sha256');
    const address = await createTusUpload(server.url, 5, { filename: '../../a\0b.mp4', title: 'x\0y' });
    const item = await waitForItem(server.url, address.split('/').at(-1) ?? '', () => true);
    expect(item).toMatchObject({ filename: 'ab.mp4', title: 'x y' });
  });

  test('finished by two clients at once is one item, finished once', async () => {
    const address = await createTusUpload(server.url, clipBytes.length, { filename: 'two.mp4' });
    const mediaId = address.split('/').at(-1) ?? '';
    const half = Math.floor(clipBytes.length / 2);
    expect((await patchTus(address, 0, clipBytes.subarray(0, half))).status).toBe(204);
    const finish = () => patchTus(address, half, clipBytes.subarray(half));
    const statuses = (await Promise.all([finish(), finish()])).map(({ status }) => status);
    expect(statuses.toSorted()).toContain(204);
    for (const status of statuses) expect([204, 409, 423]).toContain(status);
    const item = await waitForItem(server.url, mediaId, (current) => current.sha256 !== null);
    expect(item.sha256).toBe(sha256(clipBytes));
    await expectUploadedOnce(mediaId);
  });

  test('goes on after its connection broke off', async () => {
    const address = await createTusUpload(server.url, clipBytes.length, { filename: 'broken.mp4' });
    const headers = {
      ...tusHeaders,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'content-length': String(clipBytes.length),
      'x-http-method-override': 'PATCH',
    };
    await breakOff(address, headers, clipBytes.subarray(0, 1000));
    const offset = async () =>
      Number((await fetch(address, { method: 'HEAD', headers: tusHeaders })).headers.get('upload-offset'));
    const rest = async () => {
      const at = await offset();
      return (await patchTus(address, at, clipBytes.subarray(at))).status;
    };
    await expect.poll(rest, { timeout: 10_000 }).toBe(204);
    const mediaId = address.split('/').at(-1) ?? '';
    const item = await waitForItem(server.url, mediaId, (current) => current.sha256 !== null);
    expect(item.sha256).toBe(sha256(clipBytes));
  });

  test('of an item that is deleted is gone at once, whether it was whole or not', async () => {
    const open = await createTusUpload(server.url, clipBytes.length);
    expect((await patchTus(open, 0, clipBytes.subarray(0, 1000))).status).toBe(204);
    const whole = await createTusUpload(server.url, clipBytes.length);
    expect((await patchTus(whole, 0, clipBytes)).status).toBe(204);
    for (const [address, offset] of [
      [open, 1000],
      [whole, clipBytes.length],
    ] as const) {
      const mediaId = address.split('/').at(-1) ?? '';
      expect((await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' })).status).toBe(202);
      expect((await fetch(address, { method: 'HEAD', headers: tusHeaders })).status).toBe(410);
      await expectProblem(patchTus(address, offset, clipBytes.subarray(offset)), 410, 'upload_gone');
    }
  });

  test('that is terminated when it was whole already takes its item with it', async () => {
    const address = await createTusUpload(server.url, clipBytes.length);
    expect((await patchTus(address, 0, clipBytes)).status).toBe(204);
    const answer = await fetch(address, { method: 'DELETE', headers: tusHeaders });
    expect(answer.status).toBe(204);
    const after = { 'mediaflow-after': answer.headers.get('mediaflow-position') ?? '' };
    const mediaId = address.split('/').at(-1) ?? '';
    const item = await fetch(`${server.url}/v1/media/${mediaId}`, { headers: after });
    expect(await item.json()).toMatchObject({ status: 'deleted' });
  });

  test('of an unknown id, with a wrong offset or an unknown version is refused', async () => {
    await expectProblem(patchTus(`${server.url}/v1/uploads/nobody`, 0, clipBytes), 404, 'upload_not_found');
    const address = await createTusUpload(server.url, 10);
    await expectProblem(patchTus(address, 3, new Uint8Array(7)), 409, 'offset_mismatch');
    const response = fetch(address, { method: 'PATCH', headers: { 'tus-resumable': '0.2.2' } });
    await expectProblem(response, 412, 'unsupported_tus_version');
  });
});

async function* chunkedForm(bytes: Uint8Array) {
  yield '--b\r\nContent-Disposition: form-data; name="file"; filename="chunked.mp4"\r\n\r\n';
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
  yield '\r\n--b--\r\n';
}
