import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RgbImage } from '../../../src/core/video-tools.js';
import {
  type Encoding,
  middleOf,
  type Place,
  type Rgb,
  toRgb,
} from '../../support/odd-media/colour-chart.js';
import {
  type ColourMedium,
  colours,
  highDynamicRange,
  oddHighDynamicRange,
} from '../../support/odd-media/colours.js';
import { orientations } from '../../support/odd-media/orientations.js';
import { outcomeOf } from '../../support/odd-media/outcome.js';
import {
  decodedAs,
  evenly,
  ffprobeLines,
  neverAborted,
  type ToolSet,
  temporaryFolder,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const made = new Map<string, Promise<string>>();

/** Each is made once, for all sets of tools. */
function pathOf({ name, make }: ColourMedium): Promise<string> {
  const path = join(folder, name);
  const making = made.get(name) ?? make(path).then(() => path);
  made.set(name, making);
  return making;
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The numbers of a picture's first frame, as they are written. */
async function planesOf(path: string, width: number, height: number, pixelFormat: string) {
  const bytes = await decodedAs(path, pixelFormat);
  return (x: number, y: number): Rgb => {
    const half = width / 2;
    const chroma = width * height + Math.floor(y / 2) * half + Math.floor(x / 2);
    const of = (at: number) => bytes[at] ?? Number.NaN;
    return [of(y * width + x), of(chroma), of(chroma + half * (height / 2))];
  };
}

/** The colours of a chart's patches, as whoever goes by the encoding shows them. */
async function shownIn(
  path: string,
  size: { readonly width: number; readonly height: number },
  encoding: Encoding,
  places: readonly Place[],
  { left, top, width, height }: Area = { left: 0, top: 0, ...size },
): Promise<Rgb[]> {
  const at = await planesOf(path, size.width, size.height, encoding.isFullRange ? 'yuvj420p' : 'yuv420p');
  return places.map(({ x, y }) => {
    return toRgb(at(left + Math.floor(x * width), top + Math.floor(y * height)), encoding);
  });
}

const jpeg: Encoding = { matrix: 'smpte170m', isFullRange: true };

const ofImage = ({ width, height, pixels }: RgbImage, places: readonly Place[]): Rgb[] =>
  places.map(({ x, y }) => {
    const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
    return [...pixels.subarray(at, at + 3)] as unknown as Rgb;
  });

const differenceOf = (shown: readonly Rgb[], expected: readonly Rgb[]): number =>
  Math.max(
    ...shown.flatMap((rgb, index) =>
      rgb.map((value, channel) => Math.abs(value - (expected[index]?.[channel] ?? Number.NaN))),
    ),
  );

const expectShown = (place: string, shown: readonly Rgb[], expected: readonly Rgb[]): void =>
  expect(differenceOf(shown, expected), `${place}: ${JSON.stringify(shown)}`).toBeLessThanOrEqual(3);

/** What viewers see of a file's places: in each rendition, the poster, a tile, and frames that are looked at. */
async function shownEverywhere(
  { label, tools }: ToolSet,
  medium: ColourMedium,
): Promise<ReadonlyMap<string, readonly Rgb[]>> {
  const inputPath = await pathOf(medium);
  const { patches, shownAt = (place: Place) => place } = medium;
  const places = patches.map((_, index) => shownAt(middleOf(index)));
  const work = join(folder, `${label}-${medium.name}`);
  const shown = new Map<string, readonly Rgb[]>();
  const outcome = await outcomeOf(tools, inputPath, work, neverAborted);
  if (outcome.outcome !== 'published') throw new Error(`It is not published: ${JSON.stringify(outcome)}`);
  for (const { name, width, height } of outcome.pictures) {
    const playlist = join(work, 'hls', name, 'playlist.m3u8');
    const encoding = await encodingOf(playlist);
    shown.set(name, await shownIn(playlist, { width, height }, encoding, places));
  }

  const { video, durationSeconds } = outcome.probe;
  if (!video) throw new Error('There is no picture.');
  const outputFolder = join(work, 'pictures');
  const jpegFolder = join(work, 'looked-at');
  await Promise.all([outputFolder, jpegFolder].map((path) => mkdir(path, { recursive: true })));
  const request = { inputPath, video, durationSeconds, signal: neverAborted };
  const poster = await tools.poster({ ...request, outputFolder });
  shown.set('poster', await shownIn(join(outputFolder, poster.file), video, jpeg, places));
  const { sprites, tileWidth, tileHeight, columns, rows } = await tools.storyboard({
    ...request,
    outputFolder,
  });
  const sheet = { width: tileWidth * columns, height: tileHeight * rows };
  const lastTile = { left: tileWidth * (columns - 1), top: 0, width: tileWidth, height: tileHeight };
  const sprite = join(outputFolder, sprites[0] ?? '');
  shown.set('tile', await shownIn(sprite, sheet, jpeg, places, lastTile));

  const sampled = await tools.sampleFrames({
    ...{ ...request, ...evenly(2), jpegFolder, maximumSidePixels: 320 },
  });
  expect(sampled).toMatchObject({ missedParts: 0, frames: [expect.anything(), expect.anything()] });
  for (const { image, jpegFile } of sampled.frames) {
    shown.set('frame', ofImage(image, places));
    shown.set('its JPEG', await shownIn(join(jpegFolder, jpegFile ?? ''), image, jpeg, places));
  }
  return shown;
}

/** What a rendition says of itself, which has to be all there is to say. */
async function encodingOf(playlist: string): Promise<Encoding> {
  const [tags = ''] = await ffprobeLines(
    playlist,
    ...['-allowed_extensions', 'ALL', '-show_entries'],
    'stream=color_range,color_space,color_transfer,color_primaries',
  );
  const [range, matrix = '', transfer, primaries] = tags.split(',');
  expect([range, transfer, primaries]).toEqual(['tv', expect.any(String), expect.any(String)]);
  expect(tags).not.toMatch(/unknown|reserved|gbr|smpte2084|arib/);
  return { matrix, isFullRange: false };
}

describe.each(toolSets)('with $label', { timeout: 120_000 }, (toolSet) => {
  test.concurrent.each([...colours, ...orientations])(
    '$name is shown in its colours, the right way up, in every output',
    async (medium) => {
      for (const [place, shown] of await shownEverywhere(toolSet, medium))
        expectShown(place, shown, medium.patches);
    },
  );

  const whole = new Map<ColourMedium, ReturnType<typeof shownEverywhere>>();
  test.concurrent.each(highDynamicRange)(
    '$medium.name is shown as the same of which nothing is left out',
    async ({ medium, of }) => {
      const showing = whole.get(of) ?? shownEverywhere(toolSet, of);
      whole.set(of, showing);
      const expected = await showing;
      for (const [place, shown] of await shownEverywhere(toolSet, medium)) {
        expectMapped(shown);
        expectShown(place, shown, expected.get(place) ?? []);
      }
    },
  );

  test.concurrent.each(oddHighDynamicRange)('$name is shown with its tones mapped', async (medium) => {
    for (const shown of (await shownEverywhere(toolSet, medium)).values()) expectMapped(shown);
  });
});

/** Red is red, what has no colour gets none, and white is brighter than grey. */
function expectMapped(shown: readonly Rgb[]): void {
  const [red = [0, 0, 0], , , , white = [0, 0, 0], black = [0, 0, 0], grey = [0, 0, 0]] = shown;
  expect(red[0] - Math.max(red[1], red[2])).toBeGreaterThan(40);
  for (const plain of [white, black, grey])
    expect(Math.max(...plain) - Math.min(...plain), JSON.stringify(shown)).toBeLessThanOrEqual(3);
  expect(white[1]).toBeGreaterThan(grey[1]);
  expect(grey[1]).toBeGreaterThan(black[1]);
}
