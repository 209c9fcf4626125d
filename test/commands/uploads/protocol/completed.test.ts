import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { patchHeaders } from '../upload-server.js';
import { sendWhole, useUploadServers } from '../upload-servers.js';

const start = useUploadServers();
const unannounced = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe('Core Protocol / PATCH at the end of a completed upload', () => {
  test('of no bytes, though it does not say so before, is 204: clients send one to find out that they are done', async () => {
    const server = await start();
    const { path } = await sendWhole(server, '1234');
    const answer = await server.send('PATCH', path, patchHeaders(4), unannounced());
    expect([answer.status, answer.headers['upload-offset']]).toEqual([204, '4']);
  });

  test('of bytes whose number it does not say is refused like one that says it, and not answered as if it had none', async () => {
    const server = await start();
    const { path } = await sendWhole(server, '1234');
    const answer = await server.send('PATCH', path, patchHeaders(4), unannounced('more'));
    expect([answer.status, answer.code]).toEqual([409, 'upload_completed']);
  });
});
