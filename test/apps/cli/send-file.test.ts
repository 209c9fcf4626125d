import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClient } from '../../../src/apps/cli/client.js';
import { refusal } from '../../../src/apps/cli/failure.js';
import { checkFiles } from '../../../src/apps/cli/upload/local-files.js';
import { sendFile } from '../../../src/apps/cli/upload/send-file.js';
import { createUploadRecords, fingerprintOf } from '../../../src/apps/cli/upload/upload-records.js';
import type { ErrorCode } from '../../../src/core/errors.js';
import { problem } from '../../../src/http/problem.js';

let folder: string;
let server: Server;
let answer: ReturnType<typeof problem>;

/** Its upload is whole already; what is said of the item meets `answer`. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-send-'));
  server = createServer(({ method }, response) => {
    if (method === 'HEAD')
      response.writeHead(200, { 'tus-resumable': '1.0.0', 'upload-offset': '4', 'upload-length': '4' }).end();
    else response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

it.each([
  ['stays remembered when the server is out of order', problem(503, 'event_store_unavailable', '…'), true],
  ['is forgotten when the server refuses it for good', problem(409, 'media_deleted', '…'), false],
])('an upload that was interrupted %s', async (_, refused, isRemembered) => {
  answer = { ...refused, headers: { ...refused.headers, 'retry-after': '0.001' } };
  const path = join(folder, 'a.mp4');
  await writeFile(path, 'film');
  const [file] = (await checkFiles([path], 100)).files;
  if (!file) throw new Error('the file is there');
  const { signal } = new AbortController();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient({ url, apiKey: undefined, signal });
  const records = createUploadRecords(join(folder, 'state'));
  const fingerprint = fingerprintOf(client.url, file.realPath, 'sum');
  const uploadUrl = `${url}/v1/uploads/2fde43fe-98c8-4a35-8a1b-0f6c1f6ad1c5`;
  await records.save(fingerprint, { idempotencyKey: 'key', uploadUrl, metadata: {} });

  const sending = sendFile({
    ...{ file, sha256: 'sum', details: { title: 'A newer title' }, client, records, signal },
    ...{ onProgress: () => {}, onRetry: () => {} },
  });
  await expect(sending).rejects.toMatchObject({ code: refused.body.code });
  expect((await records.find(fingerprint)) !== undefined).toBe(isRemembered);
});

it('who is refused by a server without keys is not told to bring one', () => {
  const body = (status: number, code: ErrorCode) => JSON.stringify(problem(status, code, 'Why').body);
  expect(refusal(403, body(403, 'foreign_host'), 'http://media').hint).toBeUndefined();
  expect(refusal(401, body(401, 'key_required'), 'http://media').hint).toContain('MEDIAFLOW_API_KEY');
});
