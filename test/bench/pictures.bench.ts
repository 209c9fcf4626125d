import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { createPictureTools } from '../../src/adapters/pictures/sharp-picture-tools.js';
import { imageWidths } from '../../src/domain/media/image-sizes.js';
import { isSettled, waitForItem } from '../e2e/support/client.js';
import type { Product } from '../e2e/support/product.js';
import { runTypeScript } from '../support/typescript-process.js';
import { median } from './event-store/statistics.js';
import { type BenchRow, within } from './support/bench-row.js';
import { processorSeconds, proportionalMegabytes } from './support/processes.js';
import { sendMultipart } from './support/send-multipart.js';
import { inFolder, withProduct } from './support/with-product.js';

const rounds = 3;
const leastRatio = 0.85;
const memoryLimitMegabytes = 1000;
const photographs = Number(process.env.PHOTOGRAPHS ?? 1000);
const atOnce = 4;
const sampleMilliseconds = 500;

/** As a telephone takes them: 12 megapixels, with large shapes, edges and the grain of a sensor. */
async function photograph(path: string, seed: number): Promise<string> {
  const [width, height] = [4032, 3024];
  const shapes = Array.from({ length: 40 }, (_, index) => {
    const place = (index * 7919 + seed * 104_729) % 4000;
    const colour = `hsl(${(place * 37) % 360} 50% ${30 + (place % 50)}%)`;
    return `<ellipse cx="${place}" cy="${(place * 31) % 3000}" rx="${100 + (place % 700)}" ry="${80 + (place % 400)}" fill="${colour}" fill-opacity="0.7"/>`;
  });
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 12 },
    },
  })
    .png({ compressionLevel: 1 })
    .toBuffer();
  await sharp(Buffer.from(`<svg width="${width}" height="${height}">${shapes.join('')}</svg>`))
    .flatten({ background: '#88a' })
    .composite([{ input: grain, blend: 'soft-light' }])
    .withExif({ IFD0: { Make: 'Acme', Model: 'Camera 1' } })
    .jpeg({ quality: 88 })
    .toFile(path);
  return path;
}

/** What is made of a photograph, beside sharp alone; then many of them, one after the other, through the product. */
export const benchPictures = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const paths: string[] = [];
    for (let seed = 0; seed < rounds + 1; seed++)
      paths.push(await photograph(join(folder, `photograph-${seed}.jpg`), seed));
    return [await besideSharp(folder, paths), ...(await throughTheProduct(paths))];
  });

interface Taken {
  readonly seconds: number;
  /** Of the processor. */
  readonly processor: number;
}

/** In turns, so that whatever else the machine does falls on both. */
async function besideSharp(folder: string, paths: readonly string[]): Promise<BenchRow> {
  const tools = createPictureTools();
  const peer = runTypeScript(new URL('./support/bare-sharp.ts', import.meta.url), [
    JSON.stringify(imageWidths),
  ]);
  const ours: Taken[] = [];
  const theirs: Taken[] = [];
  try {
    for (const inputPath of paths) {
      const outputFolder = await mkdtemp(join(folder, 'drawn-'));
      await mkdir(join(outputFolder, 'image'));
      ours.push(await drawn(tools, inputPath, outputFolder));
      peer.child.stdin?.write(`${inputPath}\n`);
      const taken = await peer.readJsonLine<Taken>();
      if (!taken) throw new Error('The peer did not draw it.');
      theirs.push(taken);
    }
  } finally {
    peer.child.stdin?.end();
    await tools.close();
    await peer.ended;
  }
  // The first of each starts a process, or compiles.
  const middle = (all: readonly Taken[], of: keyof Taken) => median(all.slice(1).map((taken) => taken[of]));
  const [ourSeconds, theirSeconds] = [middle(ours, 'seconds'), middle(theirs, 'seconds')];
  return {
    what: 'a photograph of 12 megapixels, 16 files',
    ours: 60 / ourSeconds,
    limit: 60 / theirSeconds,
    unit: '/min',
    ratio: theirSeconds / ourSeconds,
    target: { atLeast: leastRatio },
    note: `median of ${rounds}, in turns; processor time ${middle(ours, 'processor').toFixed(2)} s beside ${middle(theirs, 'processor').toFixed(2)}; peer: sharp alone, which decodes once as well, without a sandbox, placeholders or files`,
  };
}

async function drawn(
  tools: ReturnType<typeof createPictureTools>,
  inputPath: string,
  outputFolder: string,
): Promise<Taken> {
  const [startedAt, before] = [performance.now(), await processorSeconds([process.pid])];
  const signal = new AbortController().signal;
  await tools.draw({ inputPath, outputFolder, widths: imageWidths, signal });
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, processor: (await processorSeconds([process.pid])) - before };
}

const throughTheProduct = (paths: readonly string[]): Promise<BenchRow[]> =>
  withProduct(
    { MEDIAFLOW_MODERATION_REVIEW_AT: '1', MEDIAFLOW_MODERATION_REJECT_AT: '1' },
    async (product) => {
      const files = await Promise.all(paths.map((path) => readFile(path)));
      await upload(product, files, 0);
      const watch = watchMemory(product.pid);
      const processorBefore = await processorSeconds([product.pid]);
      const startedAt = performance.now();
      let next = 1;
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (next <= photographs) await upload(product, files, next++);
        }),
      );
      const seconds = (performance.now() - startedAt) / 1000;
      const processor = (await processorSeconds([product.pid])) - processorBefore;
      const peak = await watch.stop();
      return [
        {
          what: `${photographs} photographs, from upload to published with all files`,
          ours: (photographs * 60) / seconds,
          limit: Number.NaN,
          unit: '/min',
          ratio: Number.NaN,
          note: `${atOnce} clients, 12 megapixels each, moderated and tagged; processor time of each ${(processor / photographs).toFixed(2)} s`,
        },
        within(memoryLimitMegabytes, {
          what: `${photographs} photographs: memory`,
          ours: peak,
          unit: 'MB',
          note: 'the most of all processes together, PostgreSQL’s, the models’ and that of the pictures included: proportional share, looked at twice a second',
        }),
      ];
    },
  );

async function upload({ url }: Product, files: readonly Buffer[], index: number): Promise<void> {
  // What is behind its end makes it another file.
  const bytes = Buffer.concat([files[index % files.length] ?? Buffer.alloc(0), Buffer.from(`${index}`)]);
  const { mediaId } = await sendMultipart<{ mediaId: string }>(`${url}/v1/media`, {
    ...{ filename: `${index}.jpg`, sizeBytes: bytes.length },
    bytes: (async function* () {
      yield bytes;
    })(),
  });
  const item = await settled(url, mediaId);
  if (item.status !== 'published') throw new Error(`It is ${item.status}: ${JSON.stringify(item.failure)}`);
}

/** A server that says to try again is asked again: a machine that others use may keep it from its database for a moment. */
async function settled(url: string, mediaId: string, triesLeft = 10): ReturnType<typeof waitForItem> {
  try {
    return await waitForItem(url, mediaId, isSettled, 600);
  } catch (error) {
    if (triesLeft === 0 || !String(error).includes('503')) throw error;
    await delay(1000);
    return settled(url, mediaId, triesLeft - 1);
  }
}

function watchMemory(pid: number): { stop(): Promise<number> } {
  let peak = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      peak = Math.max(peak, await proportionalMegabytes([pid]));
      await delay(sampleMilliseconds);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return peak;
    },
  };
}
