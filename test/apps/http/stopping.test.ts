import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Item, waitForItem } from '../../e2e/support/client.js';
import {
  createTusUpload,
  expectProblem,
  filePart,
  form,
  mediaIdOf,
  patchTus,
  sendForm,
  tusHeaders,
} from './support/client.js';
import { h264, make, picture } from './support/clips.js';
import { startServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** 400 bytes of 1,000, and then nothing. */
function sendSlowly(address: string): void {
  const slow = request(address, {
    method: 'PATCH',
    headers: {
      ...tusHeaders,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'content-length': '1000',
    },
  });
  slow.on('error', () => {});
  slow.write('x'.repeat(400));
}

test('requests and work under way have their time side by side, before the ten seconds are over that containers have', {
  timeout: 240_000,
}, async () => {
  const clip = join(folder.path, 'long.mp4');
  await make(clip, ...picture('1280x720', 600, 10), ...h264);
  const server = await startServer(join(folder.path, 'busy'));
  const mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(clip))));
  const isAtWork = ({ steps }: Item) =>
    steps.some(({ step, status }) => step === 'preview' && status === 'running');
  await waitForItem(server.url, mediaId, isAtWork);
  sendSlowly(await createTusUpload(server.url, 1000));
  const startedAt = performance.now();
  await server.stop();
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(server.errors).toEqual([]);
});

test('a server stops in time, whoever holds a connection, and an upload cut off by it goes on after the start', {
  timeout: 60_000,
}, async () => {
  const first = await startServer(join(folder.path, 'data'));
  const { hostname, port } = new URL(first.url);
  const sockets = ['', 'GET /v1/me', 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n'].map((beginning) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(beginning);
    return socket;
  });
  const address = await createTusUpload(first.url, 1000);
  sendSlowly(address);
  const [served] = sockets.slice(-1);
  if (served) await once(served, 'data');

  const startedAt = performance.now();
  const stopped = first.stop();
  const ready = await fetch(`${first.url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping' }]);
  await expectProblem(fetch(`${first.url}/v1/media`), 503, 'stopping');
  await stopped;
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  await Promise.all(sockets.map((socket) => socket.destroyed || once(socket, 'close')));

  const second = await startServer(join(folder.path, 'data'));
  const resumed = `${second.url}${new URL(address).pathname}`;
  const head = await fetch(resumed, { method: 'HEAD', headers: tusHeaders });
  const offset = Number(head.headers.get('upload-offset'));
  expect(offset).toBeLessThanOrEqual(400);
  expect((await patchTus(resumed, offset, new Uint8Array(1000 - offset))).status).toBe(204);
  await second.stop();
  expect([...first.errors, ...second.errors]).toEqual([]);
});
