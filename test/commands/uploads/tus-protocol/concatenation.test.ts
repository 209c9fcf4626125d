import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createUpload, eventually } from '../upload-server.js';
import { sendWhole, useUploadServers } from './servers.js';

const start = useUploadServers();
const partial = { 'upload-concat': 'partial' };

describe('Concatenation / HEAD', () => {
  test('of a partial or final upload MUST include Upload-Concat and its value as received in the creation request', async () => {
    const server = await start();
    const [a, b] = [await sendWhole(server, 'hello ', partial), await sendWhole(server, 'world', partial)];
    expect((await server.send('HEAD', a.path)).headers['upload-concat']).toBe('partial');
    for (const value of [
      `final;${server.url}${a.path}?token=1 ${b.path.toUpperCase().replace('/V1/UPLOADS', '/v1/uploads')}`,
    ]) {
      const final = await createUpload(server, { 'upload-concat': value });
      const concat = async () => (await server.send('HEAD', final.path)).headers['upload-concat'];
      await eventually(async () => (await concat()) === value);
    }
  });
});

describe('Concatenation: parts of no bytes', () => {
  test('which clients make when they split a tiny file are parts like others', async () => {
    const server = await start();
    const empty = await createUpload(server, { 'upload-length': 0, ...partial });
    const part = await sendWhole(server, 'hi', partial);
    expect((await server.send('HEAD', empty.path)).headers).toMatchObject({
      'upload-offset': '0',
      'upload-length': '0',
    });
    const final = await createUpload(server, { 'upload-concat': `final;${empty.path} ${part.path}` });
    await eventually(async () => (await server.send('HEAD', final.path)).headers['upload-offset'] === '2');
    expect(await text(await server.blobs.read(`media/${final.id}/original`))).toBe('hi');
  });
});
