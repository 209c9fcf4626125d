import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import sharp from 'sharp';

/**
 * What somebody who knows sharp would write: one decoding, to the largest width, of which every file is made. Each line that comes is
 * the path of a photograph; tells how many seconds it took, of the clock and of the processor.
 */
const widths = JSON.parse(process.argv[2] ?? '[]') as number[];

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
sharp.cache(false);

for await (const path of createInterface({ input: process.stdin })) {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  const { data, info } = await sharp(await readFile(path))
    .autoOrient()
    .resize({ width: 2560, withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const sized = (width: number) => sharp(data, { raw }).resize({ width, withoutEnlargement: true });
  for (const width of widths) {
    await sized(width).jpeg({ quality: 82, progressive: true }).toBuffer();
    await sized(width).webp({ quality: 80, effort: 4 }).toBuffer();
    await sized(width).avif({ quality: 55, effort: 2, chromaSubsampling: '4:2:0' }).toBuffer();
  }
  await sized(1280).jpeg({ quality: 82, progressive: true }).toBuffer();
  const { user, system } = process.cpuUsage(before);
  console.log(
    JSON.stringify({ seconds: (performance.now() - startedAt) / 1000, processor: (user + system) / 1e6 }),
  );
}
