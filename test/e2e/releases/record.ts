import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { silentLogger } from '../../../src/core/logger.js';
import { isSettled, postJson, upload, waitForItem } from '../support/client.js';
import { queryOn } from '../support/external-database.js';
import { type Product, startProduct } from '../support/product.js';
import { readTables } from './tables.js';

/**
 * Run in a checkout of a release: leaves in a folder what that release has in its database and its blob store while
 * items are in every state there is, for the releases after it to take over.
 */
const to = resolve(process.argv[2] ?? '');
const folder = mkdtempSync(join(tmpdir(), 'mediaflow-record-'));
const dataFolder = join(folder, 'data');
const run = promisify(execFile);

/** Little to store, and two rungs with a preview from ten seconds on. */
async function clip(name: string, seconds: number): Promise<string> {
  const path = join(folder, name);
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc=size=640x360:rate=10:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`, '-c:v', 'libx264', '-crf', '45'],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '32k', '-shortest', path],
  ]);
  return path;
}

/** The first half of a file by tus; says where. */
async function halfAnUpload({ url }: Product, path: string): Promise<void> {
  const bytes = await readFile(path);
  const half = Math.floor(bytes.length / 2);
  const tus = { 'tus-resumable': '1.0.0' };
  const filename = Buffer.from('half.mp4').toString('base64');
  const created = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': String(bytes.length), 'upload-metadata': `filename ${filename}` },
  });
  const patched = await fetch(new URL(created.headers.get('location') ?? '', url), {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes.subarray(0, half),
  });
  if (patched.status !== 204) throw new Error(`half an upload: ${patched.status}`);
}

const files = {
  short: await clip('short.mp4', 2),
  long: await clip('long.mp4', 12),
  words: join(folder, 'words.mp4'),
};
writeFileSync(files.words, 'These words are no video. '.repeat(100));

const careful = await startProduct(dataFolder, { MEDIAFLOW_MODERATION_REVIEW_AT: '0' });
const judged = await upload(careful.url, files.short, 'in review');
await waitForItem(careful.url, judged.mediaId, isSettled);
await careful.stop();

const product = await startProduct(dataFolder);
const { url } = product;
for (const [file, title] of [
  [files.short, 'published'],
  [files.words, 'failed'],
] as const)
  await waitForItem(url, (await upload(url, file, title)).mediaId, isSettled);
const deleted = await upload(url, files.short, 'deleted');
await fetch(`${url}/v1/media/${deleted.mediaId}`, { method: 'DELETE' });
await postJson(`${url}/v1/interactions`, [{ userId: 'ada', mediaId: judged.mediaId, type: 'play' }]);
await halfAnUpload(product, files.short);
const titles = ['transcoding', 'waiting', 'waiting too'];
const longs = [];
for (const title of titles) longs.push(await upload(url, files.long, title));
const isUnderWay = (step: string) => (item: Parameters<typeof isSettled>[0]) =>
  item.steps.some((each) => each.step === step && each.status === 'running');
await waitForItem(url, longs[0]?.mediaId ?? '', isUnderWay('transcode'));
await product.kill();
const recordedAt = Date.now();

const database = await startEmbeddedPostgres({ dataFolder, logger: silentLogger });
const tables = await readTables(queryOn(database.connectionString));
await database.stop();
mkdirSync(to, { recursive: true });
writeFileSync(join(to, 'tables.json.gz'), gzipSync(JSON.stringify({ recordedAt, tables }), { level: 9 }));
// What was made of the files can be left out: nothing under way reads it.
const isKept = (path: string) =>
  !path.includes('/objects/media/') || !/\.\w+$/.test(path) || path.endsWith('.lock');
cpSync(join(dataFolder, 'blobs'), join(to, 'blobs'), { recursive: true, filter: isKept });
rmSync(folder, { recursive: true, force: true });
console.info(
  Object.entries(tables)
    .map(([name, rows]) => `${name}: ${rows.length}`)
    .join('\n'),
);
