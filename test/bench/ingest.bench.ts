import { randomFillSync } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type BenchRow, beside, within } from './support/bench-row.js';
import { peakMegabytes, resetPeak, residentMegabytes } from './support/processes.js';
import { sendMultipart } from './support/send-multipart.js';
import { startPlainServer } from './support/start-plain-server.js';
import { inFolder, withProduct } from './support/with-product.js';

const SIZE_BYTES = 2 * 1024 ** 3;
const PATCH_BYTES = 16 * 1024 ** 2;
const CHUNK_BYTES = 1024 ** 2;
const GROWTH_LIMIT_MEGABYTES = 100;

const block = randomFillSync(Buffer.alloc(PATCH_BYTES));

/** Random bytes that no layer can make less of, from memory, so that no disk slows the sender. */
async function* bytesOf(sizeBytes: number): AsyncIterable<Uint8Array> {
  for (let sent = 0; sent < sizeBytes; sent += CHUNK_BYTES) {
    const start = sent % PATCH_BYTES;
    yield block.subarray(start, start + Math.min(CHUNK_BYTES, sizeBytes - sent));
  }
}

const largeFile = () => ({ filename: 'large.mp4', sizeBytes: SIZE_BYTES, bytes: bytesOf(SIZE_BYTES) });

interface Ingestion {
  readonly megabytesPerSecond: number;
  readonly grownMegabytes: number;
  readonly baseMegabytes: number;
}

/** Two gigabytes by either protocol: how fast, beside a plain copy to a file, and how far the server's memory grows. */
export const benchIngest = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const copyRate = await plainCopy(join(folder, 'copy'));
    const multipart = await measured((url) => sendMultipart(`${url}/v1/media`, largeFile()));
    const tus = await measured(sendByTus);
    return [...rowsOf('multipart', multipart, copyRate), ...rowsOf('tus, patches of 16 MiB', tus, copyRate)];
  });

function rowsOf(protocol: string, ingestion: Ingestion, copyRate: number): BenchRow[] {
  const { megabytesPerSecond, grownMegabytes, baseMegabytes } = ingestion;
  return [
    within(GROWTH_LIMIT_MEGABYTES, {
      what: `2 GiB upload, ${protocol}: growth of memory`,
      ours: grownMegabytes,
      unit: 'MB',
      note: `peak of resident memory over ${baseMegabytes.toFixed(0)} MB before`,
    }),
    beside(copyRate, {
      what: `2 GiB upload, ${protocol}: rate`,
      ours: megabytesPerSecond,
      unit: 'MB/s',
      note: 'to the acknowledgement, SHA-256 and fsync included; peer: node:http to a file with fsync, no hash',
    }),
  ];
}

async function plainCopy(file: string): Promise<number> {
  const server = await startPlainServer('copier', file);
  try {
    return await rateOf(() => sendMultipart(`http://127.0.0.1:${server.port}/`, largeFile()));
  } finally {
    await server.stop();
    await rm(file, { force: true });
  }
}

/** On a server of its own: what an earlier upload left in memory would hide what this one needs. */
const measured = (send: (url: string) => Promise<unknown>): Promise<Ingestion> =>
  withProduct({}, async ({ url, pid }) => {
    await resetPeak(pid);
    const baseMegabytes = await residentMegabytes(pid);
    const megabytesPerSecond = await rateOf(() => send(url));
    return { megabytesPerSecond, baseMegabytes, grownMegabytes: (await peakMegabytes(pid)) - baseMegabytes };
  });

async function rateOf(send: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await send();
  return SIZE_BYTES / 1e6 / ((performance.now() - startedAt) / 1000);
}

async function sendByTus(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async (method: string, path: string, headers: Record<string, string>, body?: Buffer) => {
    const sending = request(new URL(path, url), {
      ...{
        agent,
        method,
        headers: { 'tus-resumable': '1.0.0', 'content-length': String(body?.length ?? 0), ...headers },
      },
    });
    sending.end(body);
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) =>
      sending.once('response', resolve).once('error', reject),
    );
    const answer = await text(response);
    if ((response.statusCode ?? 500) >= 300)
      throw new Error(`${method} ${path}: ${response.statusCode} ${answer}`);
    return response.headers;
  };
  const { location = '' } = await send('POST', '/v1/uploads', {
    'upload-length': String(SIZE_BYTES),
    'upload-metadata': `filename ${btoa('large.mp4')}`,
  });
  for (let offset = 0; offset < SIZE_BYTES; offset += PATCH_BYTES)
    await send(
      'PATCH',
      location,
      { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      block,
    );
  agent.destroy();
}
