import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ffmpeg, lavfi } from '../odd-media/make.js';
import { heicOf } from './heif.js';
import { bmpOf } from './hostile-pictures.js';
import { rleBmp } from './rle-bmp.js';

export interface PictureFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A scene with colours, edges and gradients, of 128 × 96 pixels, as each format that is taken has it. */
export async function everyFormat(): Promise<readonly PictureFile[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-formats-'));
  const made = async (name: string, ...words: string[]): Promise<PictureFile> => {
    await ffmpeg(...lavfi('testsrc2=size=128x96:rate=10:duration=0.5'), ...words, join(folder, name));
    return { name, bytes: await readFile(join(folder, name)) };
  };
  try {
    const { bytes: scene } = await made('scene.png', '-frames:v', '1');
    const apng = await made('moving.apng', '-plays', '0', '-f', 'apng');
    const animation = (await made('moving.gif')).bytes;
    const pixels = await sharp(scene).removeAlpha().raw().toBuffer();
    const colourAt = (x: number, y: number) => [...pixels.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 3)];
    const written = () =>
      sharp(scene)
        .withExif({ IFD0: { Make: 'Acme', Model: 'Camera 1' }, IFD2: { ISOSpeedRatings: '200' } })
        .withIccProfile('p3');
    return [
      { name: 'photo.jpg', bytes: await written().jpeg().toBuffer() },
      {
        name: 'progressive.jpg',
        bytes: await sharp(scene).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
      },
      { name: 'print.jpg', bytes: await sharp(scene).toColourspace('cmyk').jpeg().toBuffer() },
      { name: 'scene.png', bytes: scene },
      { name: 'palette.png', bytes: await sharp(scene).png({ palette: true }).toBuffer() },
      { name: 'moving.png', bytes: apng.bytes },
      { name: 'moving.gif', bytes: animation },
      { name: 'photo.webp', bytes: await written().webp().toBuffer() },
      {
        name: 'lossless.webp',
        bytes: await sharp(scene).ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
      },
      { name: 'moving.webp', bytes: await sharp(animation, { animated: true }).webp().toBuffer() },
      { name: 'photo.avif', bytes: await written().avif({ effort: 2 }).toBuffer() },
      { name: 'photo.heic', bytes: await heicOf(scene, { turns: 1 }) },
      { name: 'tiles.heic', bytes: await heicOf(scene, { tiles: [2, 2] }) },
      { name: 'scene.tiff', bytes: await sharp(scene).tiff({ compression: 'lzw' }).toBuffer() },
      { name: 'photo.tiff', bytes: await written().tiff({ compression: 'lzw' }).toBuffer() },
      {
        name: 'deflated.tiff',
        bytes: await sharp(scene).tiff({ compression: 'deflate', tile: true }).toBuffer(),
      },
      { name: 'scene.bmp', bytes: bmpOf(128, 96, colourAt) },
      {
        name: 'runs.bmp',
        bytes: rleBmp(
          8,
          { width: 96, height: 64 },
          Array.from({ length: 64 }, (_, row) => [
            { run: 40, index: row % 16 },
            { each: Array.from({ length: 56 }, (_, at) => (at + row) % 16) },
            row === 63 ? ('end of picture' as const) : ('end of row' as const),
          ]).flat(),
        ),
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
