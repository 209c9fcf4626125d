import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { choosePlace } from '../../../src/adapters/pictures/confined-process.js';
import { startPictureProcess } from '../../../src/adapters/pictures/picture-process.js';
import { createPictureTools } from '../../../src/adapters/pictures/sharp-picture-tools.js';
import { descendantsOf } from '../../../src/sandbox/run/process-tree.js';
import { bmpOf, xmpWithEntities } from '../../support/pictures/hostile-pictures.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = await mkdtemp(join(tmpdir(), 'mediaflow-pictures-'));
const tools = createPictureTools({ trialFolder: folder });
afterAll(async () => {
  await tools.close();
  await rm(folder, { recursive: true, force: true });
});
const signal = new AbortController().signal;

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
const probe = (name: string, bytes: Uint8Array | string) =>
  tools.probe({ inputPath: file(name, bytes), signal });

async function draw(name: string, bytes: Uint8Array, widths: readonly number[] = [320]) {
  const outputFolder = await mkdtemp(join(folder, 'drawn-'));
  await mkdir(join(outputFolder, 'image'));
  const files = await tools.draw({ inputPath: file(name, bytes), outputFolder, widths, signal });
  return { files, read: (path: string) => readFile(join(outputFolder, path)) };
}

/** Red above, blue below: so that it is seen which way up it is. */
const redOverBlue = (width = 400, height = 300): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#0000c8' } }).composite([
    {
      input: { create: { width, height: height / 2, channels: 3, background: '#c80000' } },
      gravity: 'north',
    },
  ]);
const upright = await redOverBlue().png().toBuffer();

async function colourAt(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + 3)];
}
const expectNear = (found: readonly number[], expected: readonly number[], tolerance: number) => {
  for (const [index, value] of expected.entries())
    expect(Math.abs((found[index] ?? -1000) - value), `${found} for ${expected}`).toBeLessThanOrEqual(
      tolerance,
    );
};

const encoded: Readonly<Record<string, () => Promise<Buffer>>> = {
  jpeg: () => sharp(upright).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
  png: async () => upright,
  webp: () => sharp(upright).webp({ lossless: true }).toBuffer(),
  avif: () => sharp(upright).avif({ quality: 90 }).toBuffer(),
  gif: () => sharp(upright).gif().toBuffer(),
  tiff: () => sharp(upright).tiff({ compression: 'lzw' }).toBuffer(),
  bmp: async () => bmpOf(400, 300, (_x, y) => (y < 150 ? [200, 0, 0] : [0, 0, 200])),
};

describe('a picture', () => {
  test.each(Object.keys(encoded))(
    'in %s is taken, whatever it is called, and drawn in all formats',
    async (format) => {
      const bytes = (await encoded[format]?.()) ?? Buffer.alloc(0);
      expect(await probe('film.mp4', bytes)).toMatchObject({
        container: format,
        image: { width: 400, height: 300, frameCount: 1 },
        video: null,
      });
      const { files, read } = await draw('picture.txt', bytes, [320, 640]);
      expect(files.map(({ name }) => name)).toEqual([
        ...['image/320.jpg', 'image/320.webp', 'image/320.avif'],
        ...['image/640.jpg', 'image/640.webp', 'image/640.avif', 'poster.jpg'],
      ]);
      for (const { name, details } of files) {
        const drawn = await read(name);
        const { width, height } = await sharp(drawn).metadata();
        // Never above the source.
        expect([width, height], name).toEqual(name.includes('320') ? [320, 240] : [400, 300]);
        if (name !== 'poster.jpg') expect(details).toEqual({ width, height, isAnimated: false });
        expectNear(await colourAt(drawn, 0.5, 0.2), [200, 0, 0], 12);
        expectNear(await colourAt(drawn, 0.5, 0.8), [0, 0, 200], 12);
      }
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('with orientation %i is drawn upright', async (orientation) => {
    // What has to be done to the upright one, so that this orientation turns it back: first turned, then mirrored.
    const degrees = [0, 0, 180, 180, 90, 270, 270, 90][orientation - 1] ?? 0;
    const isMirrored = [2, 4, 5, 7].includes(orientation);
    const turned = await sharp(upright).rotate(degrees).png().toBuffer();
    const stored = await sharp(turned).flop(isMirrored).png().toBuffer();
    const bytes = await sharp(stored).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    expect(await probe('turned.jpg', bytes)).toMatchObject({
      image: { width: 400, height: 300, orientation },
    });
    const { read } = await draw('turned.jpg', bytes);
    expectNear(await colourAt(await read('image/320.jpg'), 0.5, 0.2), [200, 0, 0], 15);
    expectNear(await colourAt(await read('image/320.webp'), 0.5, 0.8), [0, 0, 200], 15);
  });

  test('with transparency keeps it where the format can, and is on white in JPEG', async () => {
    const bytes = await sharp({ create: { width: 20, height: 20, channels: 4, background: '#ff000000' } })
      .png()
      .toBuffer();
    const { read } = await draw('clear.png', bytes);
    expectNear(await colourAt(await read('image/320.jpg'), 0.5, 0.5), [255, 255, 255], 2);
    expect((await sharp(await read('image/320.webp')).metadata()).hasAlpha).toBe(true);
  });

  test('of 16 bits, and a grey one, are drawn as any other', async () => {
    const grey = await sharp(upright).greyscale().toColourspace('grey16').png().toBuffer();
    expect(await probe('grey.png', grey)).toMatchObject({ image: { bitDepth: 16 } });
    const { read } = await draw('grey.png', grey);
    const [red = 0, green = 1, blue = 2] = await colourAt(await read('image/320.avif'), 0.5, 0.2);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(6);
  });
});

describe('colours', () => {
  /** Display P3 has the transfer of sRGB and other primaries: numbers of the one as numbers of the other. */
  function p3ToSrgb(colour: readonly number[]): number[] {
    const linear = colour.map((value) => {
      const v = value / 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    const rows = [
      [1.2249, -0.2247, 0],
      [-0.042, 1.0419, 0],
      [-0.0197, -0.0786, 1.0979],
    ];
    return rows.map((row) => {
      const sum = row.reduce((total, factor, index) => total + factor * (linear[index] ?? 0), 0);
      const v = Math.min(1, Math.max(0, sum));
      return Math.round(255 * (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055));
    });
  }

  test('of Display P3 come out as sRGB shows them', async () => {
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#b46432' } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    // What the file holds, taken at its word, is P3.
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    const expected = p3ToSrgb([...stored.subarray(0, 3)]);
    expect([...stored.subarray(0, 3)]).not.toEqual(expected);
    const { read } = await draw('p3.png', bytes);
    for (const name of ['image/320.jpg', 'image/320.webp', 'image/320.avif'])
      expectNear(await colourAt(await read(name), 0.5, 0.5), expected, 6);
    expect(await probe('p3.png', bytes)).toMatchObject({
      image: { colorProfile: expect.stringMatching(/P3/) },
    });
  });

  test('of CMYK come out as those they were made of', async () => {
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#a06450' } })
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    expect(await probe('print.jpg', bytes)).toMatchObject({ image: { colorSpace: 'cmyk' } });
    const { read } = await draw('print.jpg', bytes);
    // Ink shows fewer colours than a screen. Taken for RGB, or without its profile, they would be off by far more.
    expectNear(await colourAt(await read('image/320.jpg'), 0.5, 0.5), [0xa0, 0x64, 0x50], 18);
  });
});

describe('what is written in a photograph', () => {
  const written = async () =>
    sharp(upright)
      .withExif({
        IFD0: { Make: 'Acme', Model: 'Camera 1', Software: 'Firmware 2', Copyright: 'Ada' },
        IFD2: {
          ExposureTime: '1/250',
          FNumber: '28/10',
          ISOSpeedRatings: '200',
          DateTimeOriginal: '2026:11:21 09:30:00',
          OffsetTimeOriginal: '+02:00',
        },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '52/1 30/1 0/1',
          GPSLongitudeRef: 'W',
          GPSLongitude: '13/1 24/1 0/1',
        },
      })
      .withXmp(xmpWithEntities)
      .jpeg()
      .toBuffer();

  test('is told', async () => {
    const { photo } = await probe('written.jpg', await written());
    expect(photo).toMatchObject({
      ...{ cameraMake: 'Acme', cameraModel: 'Camera 1', copyright: 'Ada', software: 'Firmware 2' },
      ...{ exposureSeconds: 0.004, aperture: 2.8, iso: 200 },
      ...{ takenAt: '2026-11-21T09:30:00', takenAtOffset: '+02:00' },
      location: { latitude: 52.5, longitude: -13.4, altitudeMetres: null },
    });
  });

  test('is in nothing that is served', async () => {
    const { files, read } = await draw('written.jpg', await written(), [320, 640]);
    for (const { name } of files) {
      const bytes = await read(name);
      const { exif, icc, xmp, iptc, comments } = await sharp(bytes).metadata();
      expect([exif, icc, xmp, iptc, comments], name).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      expect(bytes.toString('latin1')).not.toMatch(/Acme|Camera 1|Firmware|Ada|xpacket/);
    }
  });

  test('of a picture without a word is nothing', async () => {
    expect((await probe('silent.png', upright)).photo).toBeNull();
  });
});

test('an animation goes on moving as WebP, with its times, and stands in all else', async () => {
  const frames = await Promise.all(
    ['#c80000', '#00c800', '#0000c8'].map((background) =>
      sharp({ create: { width: 40, height: 30, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const bytes = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 200, 300], loop: 0 })
    .toBuffer();
  const probed = await probe('moving.gif', bytes);
  expect(probed).toMatchObject({ durationSeconds: 0.6, image: { frameCount: 3, width: 40, height: 30 } });
  const { files, read } = await draw('moving.gif', bytes);
  const moving = await sharp(await read('image/320.webp'), { animated: true }).metadata();
  expect(moving).toMatchObject({ pages: 3, delay: [100, 200, 300], pageHeight: 30 });
  expect(files.map(({ details }) => details.isAnimated)).toEqual([false, true, false, undefined]);

  const sampled = await tools.sampleFrames({
    ...{ inputPath: file('moving.gif', bytes), frameCount: 3, durationSeconds: 0.6, frames: 8 },
    ...{ random: () => 0.5, maximumSidePixels: 480, jpegFolder: folder, signal },
  });
  expect(sampled.map(({ atSeconds }) => Number(atSeconds.toFixed(3)))).toEqual([0, 0.2, 0.4]);
  const middle = (pixels: Uint8Array) => [...pixels.subarray(3 * (15 * 40 + 20), 3 * (15 * 40 + 20) + 3)];
  expectNear(middle(sampled[1]?.image.pixels ?? new Uint8Array()), [0, 200, 0], 12);
  expect(readFileSync(join(folder, sampled[2]?.jpegFile ?? '')).subarray(0, 2)).toEqual(
    Buffer.from('ffd8', 'hex'),
  );
});

test('what stands for a picture tells of it', async () => {
  const poster = async (bytes: Uint8Array) => {
    const { files } = await draw('any', bytes);
    return files.find(({ name }) => name === 'poster.jpg')?.details as Record<string, string>;
  };
  const one = await poster(await redOverBlue(400, 200).png().toBuffer());
  const smaller = await poster(await redOverBlue(200, 100).jpeg().toBuffer());
  const other = await poster(await redOverBlue().flip().png().toBuffer());
  expect(one).toMatchObject({ atSeconds: 0, dominantColor: expect.stringMatching(/^#(c8|00)00(00|c8)$/) });
  expect(Buffer.from(one.thumbHash ?? '', 'base64').length).toBeGreaterThan(5);
  expect(smaller.perceptualHash).toBe(one.perceptualHash);
  expect(other.thumbHash).not.toBe(one.thumbHash);
});

describe('a damaged picture', () => {
  test.each(['jpeg', 'png', 'webp', 'tiff', 'bmp'])('in %s that is cut off is refused', async (format) => {
    const bytes = (await encoded[format]?.()) ?? Buffer.alloc(0);
    await expect(draw('cut', bytes.subarray(0, Math.floor(bytes.length * 0.6)))).rejects.toMatchObject({
      code: 'corrupt_media',
    });
  });
});

describe('the process of the pictures', () => {
  const ownProcesses = async () => {
    const all = await descendantsOf(process.pid);
    return all.filter((id) => {
      try {
        return /pictures\/process\/main/.test(
          readFileSync(`/proc/${id}/cmdline`, 'latin1').replaceAll('\0', ' '),
        );
      } catch {
        return false;
      }
    });
  };

  /** Of a hundredth of a second each, in user and kernel mode (proc(5), stat: 14 and 15). */
  const processorTicksOf = (ids: readonly number[]): number => {
    const ofEach = ids.map((id) => {
      const afterName = readFileSync(`/proc/${id}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      return Number(afterName[11]) + Number(afterName[12]);
    });
    return ofEach.reduce((sum, ticks) => sum + ticks, 0);
  };

  test('is let go of when there is nothing to do', async () => {
    const brief = createPictureTools({ trialFolder: folder, idleSeconds: 0.1 });
    await brief.probe({ inputPath: file('one.png', upright), signal });
    await tools.close();
    await expect.poll(ownProcesses, { timeout: 20_000 }).toEqual([]);
    await brief.close();
  });

  test('that is killed says nothing of the picture, and the next one is handled by another', async () => {
    const large = await sharp({
      create: {
        width: 6000,
        height: 4000,
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .jpeg()
      .toBuffer();
    await probe('large.jpg', large);
    const ids = await ownProcesses();
    expect(ids).not.toEqual([]);
    const before = processorTicksOf(ids);
    const drawing = draw('large.jpg', large, [320, 640, 1280, 1920, 2560]);
    const failing = expect(drawing).rejects.toMatchObject({ kind: 'internal', code: 'picture_tool_killed' });
    // One that is killed before it was asked is not asked: another draws.
    const isAtIt = () => processorTicksOf(ids) - before;
    await expect.poll(isAtIt, { interval: 5, timeout: 20_000 }).toBeGreaterThan(5);
    for (const id of ids) process.kill(id, 'SIGKILL');
    await failing;
    expect(await probe('small.png', upright)).toMatchObject({ container: 'png' });
  });

  test('that has ended before it is asked says how, and keeps nobody waiting', async () => {
    await tools.close();
    const alone = await startPictureProcess(await choosePlace({ trialFolder: folder }));
    for (const id of await ownProcesses()) process.kill(id, 'SIGKILL');
    await expect.poll(() => alone.isOver, { timeout: 20_000 }).toBe(true);
    await expect(alone.ask({}, Buffer.alloc(0))).rejects.toMatchObject({ code: 'picture_tool_killed' });
  });

  test('ends when nobody wants its answer any more', async () => {
    const caller = new AbortController();
    const lost = new Error('lost');
    await probe('small.png', upright);
    const probing = tools.probe({ inputPath: file('small.png', upright), signal: caller.signal });
    caller.abort(lost);
    await expect(probing).rejects.toBe(lost);
    expect(await probe('small.png', upright)).toMatchObject({ container: 'png' });
  });

  test('that takes too long is ended, and it is the picture’s fault', async () => {
    // Less than a file of that size adds: no machine is so fast.
    const hasty = createPictureTools({ trialFolder: folder, answerSeconds: -60 });
    const large = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: '#808080' } })
      .png()
      .toBuffer();
    const outputFolder = await mkdtemp(join(folder, 'late-'));
    const drawing = hasty.draw({ inputPath: file('late.png', large), outputFolder, widths: [2560], signal });
    await expect(drawing).rejects.toMatchObject({ kind: 'too-large', code: 'picture_timeout' });
    await hasty.close();
  });
});
