import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLocalInference } from '../../src/adapters/inference/local-inference.js';
import { createLocalBlobStore } from '../../src/adapters/local-disk/local-blob-store.js';
import type { BlobStore } from '../../src/core/blob-store.js';
import type { InferenceClient } from '../../src/core/inference/inference-client.js';
import type { ReadLine } from '../../src/core/inference/read-lines.js';
import type { RequestOf } from '../../src/core/inference/task-table.js';
import { silentLogger } from '../../src/core/logger.js';
import type { RgbImage } from '../../src/core/video-tools.js';
import type { WorkerContext } from '../../src/core/worker.js';
import { DEFAULT_MODERATION_POLICY as policy } from '../../src/domain/media/moderation-policy-document.js';
import { readText } from '../../src/workers/read-text.js';
import { draw, plain } from '../support/drawn-pictures.js';
import { titleCard } from '../support/written-pictures.js';

vi.setConfig({ testTimeout: 120_000 });

const base = mkdtempSync(join(tmpdir(), 'mediaflow-text-'));
const local = createLocalInference({ idleSeconds: 5 });
let blobs: BlobStore;
let attempts = 0;
beforeAll(async () => {
  blobs = await createLocalBlobStore({ folder: join(base, 'blobs') });
});
afterAll(async () => {
  await local.close();
  rmSync(base, { recursive: true, force: true });
});

async function readIn(
  pictures: readonly (readonly [number, RgbImage])[],
  {
    inference = local as InferenceClient,
    signal = AbortSignal.timeout(110_000),
    now = (): string => '2026-11-30T10:00:00.000Z',
  } = {},
) {
  const workFolder = join(base, `work-${attempts++}`);
  const folder = join(workFolder, 'read');
  mkdirSync(folder, { recursive: true });
  const context: WorkerContext = {
    ...{ jobId: 'j1', attempt: attempts, signal, workFolder, logger: silentLogger },
    ...{ now, report: async () => {}, confirm: async () => {} },
  };
  const frames = pictures.map(([atSeconds, image]) => ({
    atSeconds,
    image,
    pick: 'spread' as const,
    jpegFile: null,
  }));
  const held = { mediaId: 'm1', step: 'text' as const, attempt: attempts, jobId: 'j1' };
  const { data } = await readText({ blobs, inference, policy }, { held, frames, folder, context });
  const [file] = data.derivatives;
  const written = file && readFileSync(await blobs.localFile(file.blobKey, workFolder), 'utf8');
  return { ...data, written: written === undefined ? undefined : JSON.parse(written) };
}

test('a title card is read exactly, each line with where it stands', async () => {
  const card = await titleCard([
    { text: 'The Secret Garden', y: 220, size: 64 },
    { text: 'A film in three parts', y: 320, size: 32, family: 'serif' },
  ]);
  const { model, texts, derivatives, written } = await readIn([[3.5, card]]);
  expect(model).toEqual({ provider: 'local', model: 'tesseract/eng-best-int', version: '45b4cb346724' });
  const lines = [
    { atSeconds: 3.5, text: 'The Secret Garden' },
    { atSeconds: 3.5, text: 'A film in three parts' },
  ];
  expect(texts).toEqual([{ language: null, streamIndex: null, lines }]);
  expect(derivatives).toMatchObject([{ name: 'text.json', details: { lineCount: 2 } }]);
  expect(written.lines).toMatchObject(lines);
  const [, top] = written.lines[0].box;
  expect(top).toBeGreaterThan(0.25);
  expect(top).toBeLessThan(0.42);
});

test('a title in a box upon a picture is read', async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="854" height="480">
    <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#e8b0b0"/><stop offset="1" stop-color="#fff8e0"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/><circle cx="250" cy="200" r="180" fill="#f0c8c8"/>
    <rect x="220" y="190" width="414" height="95"/><text x="427" y="257" font-family="sans-serif" font-size="60" fill="#fff" text-anchor="middle">Chapter One</text></svg>`;
  const pixels = await sharp(Buffer.from(svg)).flatten().removeAlpha().raw().toBuffer();
  const { texts } = await readIn([[3, { width: 854, height: 480, pixels }]]);
  expect(texts[0]?.lines).toEqual([{ atSeconds: 3, text: 'Chapter One' }]);
});

const noise = (x: number, y: number) => (((x * 7919 + y * 104_729) ^ (x * y)) * 31) % 256;
test.each<[string, RgbImage]>([
  ['nothing', plain(90, 120, 90, 300)],
  ['bars', draw(640, 360, (x) => (x % 16 < 8 ? [20, 20, 20] : [220, 220, 220]))],
  [
    'bricks',
    draw(640, 360, (x, y) =>
      y % 40 < 4 || (x + (Math.floor(y / 40) % 2) * 50) % 100 < 4 ? [210, 200, 190] : [120, 60, 50],
    ),
  ],
  ['windows', draw(640, 360, (x, y) => (x % 60 > 10 && y % 80 > 10 ? [40, 50, 60] : [210, 210, 200]))],
  [
    'rings',
    draw(640, 360, (x, y) => (Math.hypot(x - 320, y - 180) % 60 < 30 ? [20, 20, 60] : [230, 230, 230])),
  ],
  ['noise', draw(640, 360, (x, y) => [noise(x, y), noise(y, x), noise(x + y, y)])],
])('a picture of %s says nothing', async (_, picture) => {
  const { texts, derivatives } = await readIn([[0, picture]]);
  expect(texts).toEqual([]);
  expect(derivatives).toEqual([]);
});

/** Who finds the same lines in each picture, told by its brightness. */
function scripted(lines: (brightness: number) => readonly Partial<ReadLine>[]) {
  const read: number[] = [];
  const inference: InferenceClient = {
    async infer(_task, request) {
      const { images } = request as RequestOf<'readText'>;
      const found = images.map(({ pixels }) => {
        read.push(pixels[0] ?? 0);
        return lines(pixels[0] ?? 0).map((line) => ({
          text: '',
          confidence: 0.9,
          box: [0, 0, 1, 1],
          ...line,
        }));
      });
      return { model: { provider: 'p', model: 'm', version: '1' }, answer: { lines: found } as never };
    },
    async close() {},
  };
  return { inference, read };
}
const told = ({ texts }: Awaited<ReturnType<typeof readIn>>) =>
  (texts[0]?.lines ?? []).map(({ atSeconds, text }) => `${atSeconds} ${text}`);

test('what stands there for long is told once, with its first second, and again when it comes back much later', async () => {
  const { inference } = scripted((brightness) => [{ text: 'NEWS' }, { text: `Item ${brightness}` }]);
  const frames = [
    [0, plain(50, 50, 50)],
    [2, plain(90, 90, 90)],
    [4, plain(50, 50, 50)],
    [300, plain(90, 90, 90)],
  ] as const;
  expect(told(await readIn(frames, { inference }))).toEqual([
    ...['0 NEWS', '0 Item 50', '2 Item 90', '300 NEWS', '300 Item 90'],
  ]);
});

test('a frame that looks like the one before is not read again', async () => {
  const { inference, read } = scripted(() => [{ text: 'Slide' }]);
  const frames = [50, 51, 50, 120].map((light, at) => [at, plain(light, light, light)] as const);
  expect(told(await readIn(frames, { inference }))).toEqual(['0 Slide']);
  expect(read).toEqual([50, 120]);
});

test('of a film that takes too long what has not been read by then is left unread', async () => {
  const { inference, read } = scripted((brightness) => [{ text: `Page ${brightness}` }]);
  let minutes = 0;
  const now = () => {
    minutes += 2;
    return new Date(Date.UTC(2026, 10, 30, 10, minutes)).toISOString();
  };
  const frames = Array.from({ length: 20 }, (_, at) => [at, plain(at * 10, at * 10, at * 10)] as const);
  const { texts } = await readIn(frames, { inference, now });
  expect(read.length).toBeLessThan(8);
  expect(texts[0]?.lines).toHaveLength(read.length);
});

test('lines that the model is not sure of are left out', async () => {
  const { inference } = scripted(() => [{ text: 'maybe', confidence: 0.79 }]);
  expect(told(await readIn([[0, plain(9, 9, 9)]], { inference }))).toEqual([]);
});

test('what is written by an enemy is bounded, and has nothing that nobody sees', async () => {
  const { inference } = scripted(() => [
    { text: 'a\u0000b\u001b[31m\u202e\n\r\tc' },
    { text: 'x'.repeat(2000) },
    { text: '\u0001\u0002' },
  ]);
  const { texts, written } = await readIn([[0, plain(9, 9, 9)]], { inference });
  for (const { text } of [...(texts[0]?.lines ?? []), ...written.lines]) {
    expect(text.length).toBeLessThanOrEqual(500);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u001f]/);
  }
  expect(texts[0]?.lines).toHaveLength(2);
});

test('who gives up is let go at once', async () => {
  const given = new AbortController();
  const card = await titleCard([{ text: 'The Secret Garden', y: 220, size: 64 }]);
  const asked = readIn([[0, card]], { signal: given.signal });
  given.abort(new Error('given up'));
  await expect(asked).rejects.toThrow('given up');
});
