import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import {
  createUpload,
  digestOf,
  eventually,
  metadataHeader,
  patchHeaders,
  type UploadServer,
} from '../upload-server.js';
import { sendWhole, useUploadServers } from '../upload-servers.js';

const start = useUploadServers();
const PARTIAL = { 'upload-concat': 'partial' };
const UNKNOWN = '/v1/uploads/00000000-0000-8000-8000-000000000000';

const headOf = async (server: UploadServer, path: string) => (await server.send('HEAD', path)).headers;

/** What items heard; what was said again is left out. */
const heardOnce = ({ calls }: UploadServer) =>
  calls.filter(
    ({ hook, data }, index) =>
      index === calls.findIndex((call) => call.hook === hook && call.data.mediaId === data.mediaId),
  );

/** Joins these parts, waits until they are, and returns where the final upload is. */
async function join(server: UploadServer, value: string, headers: Record<string, string> = {}) {
  const final = await createUpload(server, { 'upload-concat': value, ...headers });
  await eventually(async () => (await headOf(server, final.path))['upload-offset'] !== undefined);
  return final;
}

describe('Concatenation / partial uploads', () => {
  test('SHOULD NOT be processed until they are concatenated: no item hears of them', async () => {
    const server = await start();
    await sendWhole(server, 'hello', PARTIAL);
    expect(server.calls).toEqual([]);
  });

  test('are told by HEAD with Upload-Offset (MUST), and with Upload-Concat and its value as received (MUST)', async () => {
    const server = await start();
    const { path } = await createUpload(server, { 'upload-length': 5, ...PARTIAL });
    for (const offset of ['0', '5']) {
      expect(await headOf(server, path)).toMatchObject({
        'upload-offset': offset,
        'upload-length': '5',
        'upload-concat': 'partial',
      });
      await server.send('PATCH', path, patchHeaders(0), 'hello');
    }
  });

  // Clients make such parts when they split a tiny file.
  test('may be of no bytes', async () => {
    const server = await start();
    const empty = await createUpload(server, { 'upload-length': 0, ...PARTIAL });
    expect(await headOf(server, empty.path)).toMatchObject({ 'upload-offset': '0', 'upload-length': '0' });
    const part = await sendWhole(server, 'hi', PARTIAL);
    const final = await join(server, `final;${empty.path} ${part.path}`);
    expect(await text(await server.blobs.read(`media/${final.id}/original`))).toBe('hi');
  });
});

describe('Concatenation / final uploads', () => {
  test('MUST have the parts in the order of the list, and the length that is the sum of theirs; offset and length MUST be equal then', async () => {
    const server = await start();
    const [a, b] = [await sendWhole(server, 'aaa', PARTIAL), await sendWhole(server, 'bb', PARTIAL)];
    const final = await join(server, `final;${b.path} ${a.path}`);
    expect(await headOf(server, final.path)).toMatchObject({ 'upload-offset': '5', 'upload-length': '5' });
    expect(await text(await server.blobs.read(`media/${final.id}/original`))).toBe('bbaaa');
    expect(heardOnce(server)).toMatchObject([
      { hook: 'registered', data: { mediaId: final.id, declaredSizeBytes: 5 } },
      { hook: 'completed', data: { sizeBytes: 5, sha256: digestOf('sha256', 'bbaaa') } },
    ]);
  });

  test.each([
    ['relative URLs', (a: string, b: string) => `final;${a} ${b}`],
    ['absolute URLs', (a: string, b: string, url: string) => `final;${url}${a} ${url}${b}`],
    [
      'a query, and hexadecimal digits in upper case',
      (a: string, b: string) => `final;${a}?x=1 ${upperCaseId(b)}`,
    ],
  ])(
    'MUST be told by HEAD with Upload-Concat as received in the creation request: %s',
    async (_, valueFor) => {
      const server = await start();
      const [a, b] = [await sendWhole(server, 'a', PARTIAL), await sendWhole(server, 'b', PARTIAL)];
      const value = valueFor(a.path, b.path, server.url);
      const final = await join(server, value);
      expect((await headOf(server, final.path))['upload-concat']).toBe(value);
    },
  );

  test('SHALL NOT have the metadata of their parts; theirs come with the concatenation request', async () => {
    const server = await start();
    const ofPart = { 'upload-metadata': metadataHeader({ title: 'A part', filename: 'part.mp4' }) };
    const ofFinal = { 'upload-metadata': metadataHeader({ title: 'The whole', filename: 'whole.mp4' }) };
    const part = await sendWhole(server, 'hello', { ...PARTIAL, ...ofPart });
    const plain = await sendWhole(server, 'world', { ...PARTIAL, ...ofPart });
    const named = await join(server, `final;${part.path}`, ofFinal);
    expect((await headOf(server, named.path))['upload-metadata']).toBe(ofFinal['upload-metadata']);
    const unnamed = await join(server, `final;${plain.path}`);
    expect(await headOf(server, unnamed.path)).not.toHaveProperty('upload-metadata');
    expect(heardOnce(server).filter(({ hook }) => hook === 'registered')).toMatchObject([
      { data: { title: 'The whole', filename: 'whole.mp4' } },
      { data: { title: 'file', filename: 'file' } },
    ]);
  });

  test('MUST answer PATCH with 403, and neither they nor their parts are modified', async () => {
    const server = await start();
    const part = await sendWhole(server, 'hello', PARTIAL);
    const { path, id } = await join(server, `final;${part.path}`);
    for (const offset of [0, 5]) {
      const patch = await server.send('PATCH', path, patchHeaders(offset), 'x');
      expect([patch.status, patch.code]).toEqual([403, 'final_upload_is_fixed']);
    }
    expect(await text(await server.blobs.read(`media/${id}/original`))).toBe('hello');
  });

  test('MUST NOT come with Upload-Length: 400, and their parts stay as they are', async () => {
    const server = await start();
    const part = await sendWhole(server, 'hello', PARTIAL);
    const headers = { 'upload-concat': `final;${part.path}`, 'upload-length': 5 };
    const answer = await server.send('POST', '/v1/uploads', headers);
    expect([answer.status, answer.code]).toEqual([400, 'invalid_upload_length']);
    expect((await headOf(server, part.path))['upload-offset']).toBe('5');
  });

  test('of parts that are still in progress need concatenation-unfinished, which is not announced: 409', async () => {
    const server = await start();
    const announced = (await server.send('OPTIONS', '/v1/uploads')).headers['tus-extension'];
    expect(String(announced).split(',')).not.toContain('concatenation-unfinished');
    const done = await sendWhole(server, 'done', PARTIAL);
    const open = await createUpload(server, { 'upload-length': 5, ...PARTIAL });
    const headers = { 'upload-concat': `final;${done.path} ${open.path}` };
    const answer = await server.send('POST', '/v1/uploads', headers);
    expect([answer.status, answer.code]).toEqual([409, 'part_incomplete']);
    expect((await headOf(server, done.path))['upload-offset']).toBe('4');
  });

  test.each([
    ['an upload that is none', `final;${UNKNOWN}`, 'part_not_found'],
    ['an address elsewhere', 'final;/elsewhere/1', 'invalid_upload_concat'],
    ['no parts', 'final;', 'invalid_upload_concat'],
    ['neither partial nor final', 'other', 'invalid_upload_concat'],
    ['nothing', '', 'invalid_upload_concat'],
  ])('of %s are 400', async (_, value, code) => {
    const server = await start();
    const answer = await server.send('POST', '/v1/uploads', { 'upload-concat': value });
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(server.calls).toEqual([]);
  });

  test('of an upload that is not partial are 400', async () => {
    const server = await start();
    const whole = await createUpload(server, { 'upload-length': 5 });
    const answer = await server.send('POST', '/v1/uploads', { 'upload-concat': `final;${whole.path}` });
    expect([answer.status, answer.code]).toEqual([400, 'part_not_found']);
  });

  test('that race for a part: one gets it, and every other is told the same', async () => {
    const server = await start();
    const shared = await sendWhole(server, 'shared', PARTIAL);
    const own = await Promise.all(
      Array.from({ length: 6 }, (_, index) => sendWhole(server, `own ${index}`, PARTIAL)),
    );
    const race = () =>
      Promise.all(
        own.map(({ path }, index) => {
          const parts = index % 2 === 0 ? [shared.path, path] : [path, shared.path];
          return server.send('POST', '/v1/uploads', { 'upload-concat': `final;${parts.join(' ')}` });
        }),
      );
    const answers = await race();
    const [winner] = answers.filter(({ status }) => status === 201);
    const lost = answers.filter((answer) => answer !== winner).map(({ status, code }) => `${status} ${code}`);
    expect(lost).toEqual(Array.from({ length: 5 }, () => '409 part_joined'));
    const path = winner?.headers.location ?? '';
    await eventually(async () => (await headOf(server, path))['upload-offset'] === '11');
    const again = (await race()).map(({ status, code }) => `${status} ${code}`);
    expect(again.filter((answer) => answer === '409 part_joined')).toHaveLength(5);
    expect(heardOnce(server).map(({ hook }) => hook)).toEqual(['registered', 'completed']);
  });
});

function upperCaseId(path: string): string {
  const at = path.lastIndexOf('/') + 1;
  return path.slice(0, at) + path.slice(at).toUpperCase();
}
