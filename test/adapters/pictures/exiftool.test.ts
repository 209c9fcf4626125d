import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import type { PhotoDetails } from '../../../src/core/image-probe.js';
import { tagsOf, writeTags } from '../../support/pictures/exiftool.js';
import { heicOf } from '../../support/pictures/heif.js';
import { quarters } from '../../support/pictures/quarters.js';
import { picturesUnderTest } from './support.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { probe, draw, file } = await picturesUnderTest();
const source = await quarters();

const exif = [
  ...[
    '-EXIF:Make=Acme',
    '-EXIF:Model=Camera 1',
    '-EXIF:LensModel=Acme 35mm f/1.8',
    '-EXIF:Software=Firmware 2',
  ],
  ...['-EXIF:ExposureTime=0.004', '-EXIF:FNumber=2.8', '-EXIF:ISO=200', '-EXIF:FocalLength=35.5'],
  ...['-EXIF:FocalLengthIn35mmFormat=52', '-EXIF:Flash=25', '-EXIF:DateTimeOriginal=2026:11:21 09:30:00'],
  ...['-EXIF:SubSecTimeOriginal=25', '-EXIF:OffsetTimeOriginal=+02:00', '-EXIF:ImageDescription=A house'],
  ...[
    '-EXIF:Artist=Ada',
    '-EXIF:Copyright=Ada 2026',
    '-EXIF:GPSLatitudeRef=S',
    '-EXIF:GPSLatitude=33.856784',
  ],
  ...[
    '-EXIF:GPSLongitudeRef=W',
    '-EXIF:GPSLongitude=70.215297',
    '-EXIF:GPSAltitude=12.5',
    '-EXIF:GPSAltitudeRef=1',
  ],
];
const iptc = [
  ...['-IPTC:CodedCharacterSet=UTF8', '-IPTC:ObjectName=Überblick', '-IPTC:Caption-Abstract=Häuser am Fluß'],
  ...['-IPTC:By-line=Zoë', '-IPTC:CopyrightNotice=© Zoë', '-IPTC:Keywords=Fluß', '-IPTC:Keywords=houses'],
];
const xmp = [
  ...['-XMP-dc:Title=Überblick', '-XMP-dc:Description=Häuser & <Fluß>', '-XMP-dc:Creator=Zoë'],
  ...['-XMP-dc:Rights=© Zoë', '-XMP-dc:Subject=Fluß', '-XMP-dc:Subject=houses', '-XMP-tiff:Make=Acme'],
  ...[
    '-XMP-tiff:Model=Camera 1',
    '-XMP-xmp:CreatorTool=Editor 3',
    '-XMP-photoshop:DateCreated=2026:11:21 09:30:00',
  ],
];

const made: Readonly<Record<string, () => Promise<Buffer>>> = {
  jpg: () => sharp(source).jpeg().toBuffer(),
  png: async () => source,
  webp: () => sharp(source).webp().toBuffer(),
  tif: () => sharp(source).tiff().toBuffer(),
  heic: () => heicOf(source),
  avif: () => sharp(source).avif({ effort: 2 }).toBuffer(),
};

async function tagged(format: string, tags: readonly string[]): Promise<string> {
  const path = await file((await made[format]?.()) ?? '', `tagged-${format}-${tags.length}.${format}`);
  await writeTags(path, tags);
  return path;
}

/** What we tell, as ExifTool does. */
async function asExifToolReads(path: string): Promise<PhotoDetails> {
  const tags = await tagsOf(path);
  const text = (...names: string[]) => {
    const found = names.map((name) => tags[name]).find((value) => value !== undefined);
    return found === undefined ? null : String(found);
  };
  const figure = (name: string) => (tags[name] === undefined ? null : Number(tags[name]));
  const keywords = tags['IPTC:Keywords'] ?? tags['XMP:Subject'] ?? [];
  const time = text('EXIF:DateTimeOriginal', 'XMP:DateCreated');
  const fraction = text('EXIF:SubSecTimeOriginal');
  const flash = figure('EXIF:Flash');
  const [latitude, longitude] = [figure('Composite:GPSLatitude'), figure('Composite:GPSLongitude')];
  return {
    cameraMake: text('EXIF:Make', 'XMP:Make'),
    cameraModel: text('EXIF:Model', 'XMP:Model'),
    lens: text('EXIF:LensModel'),
    software: text('EXIF:Software', 'XMP:CreatorTool'),
    exposureSeconds: figure('EXIF:ExposureTime'),
    aperture: figure('EXIF:FNumber'),
    iso: figure('EXIF:ISO'),
    focalLengthMillimetres: figure('EXIF:FocalLength'),
    focalLength35Millimetres: figure('EXIF:FocalLengthIn35mmFormat'),
    flashFired: flash === null ? null : flash % 2 === 1,
    takenAt: time && `${time.replace(/^(\d+):(\d+):(\d+) /, '$1-$2-$3T')}${fraction ? `.${fraction}` : ''}`,
    takenAtOffset: text('EXIF:OffsetTimeOriginal'),
    title: text('IPTC:ObjectName', 'XMP:Title'),
    description: text('EXIF:ImageDescription', 'IPTC:Caption-Abstract', 'XMP:Description'),
    creator: text('EXIF:Artist', 'IPTC:By-line', 'XMP:Creator'),
    copyright: text('EXIF:Copyright', 'IPTC:CopyrightNotice', 'XMP:Rights'),
    keywords: [keywords].flat().map(String),
    location:
      latitude === null || longitude === null
        ? null
        : { latitude, longitude, altitudeMetres: figure('Composite:GPSAltitude') },
  };
}

const alike = (photo: PhotoDetails | null) =>
  photo && {
    ...photo,
    location: photo.location && {
      latitude: Number(photo.location.latitude.toFixed(6)),
      longitude: Number(photo.location.longitude.toFixed(6)),
      altitudeMetres: photo.location.altitudeMetres,
    },
  };

describe('what is written in a picture is read as ExifTool reads it', () => {
  test.each(Object.keys(made))('by a camera, in %s', async (format) => {
    const path = await tagged(format, exif);
    const expected = await asExifToolReads(path);
    expect(expected).toMatchObject({ cameraMake: 'Acme', iso: 200, flashFired: true });
    expect(alike((await probe(await readFile(path))).photo)).toEqual(alike(expected));
  });

  test.each(['jpg', 'tif'])('by an agency (IPTC), in %s', async (format) => {
    const path = await tagged(format, iptc);
    const expected = await asExifToolReads(path);
    expect(expected).toMatchObject({ title: 'Überblick', keywords: ['Fluß', 'houses'] });
    expect((await probe(await readFile(path))).photo).toEqual(expected);
  });

  test.each(Object.keys(made))('by a program (XMP), in %s', async (format) => {
    const path = await tagged(format, xmp);
    const expected = await asExifToolReads(path);
    expect(expected).toMatchObject({ title: 'Überblick', description: 'Häuser & <Fluß>' });
    expect((await probe(await readFile(path))).photo).toEqual(expected);
  });
});

/** What a file has to say of its pixels, by the groups of ExifTool. */
const ofThePixels = [
  'ExifTool',
  'System',
  'File',
  'JFIF',
  'RIFF',
  'QuickTime',
  'Meta',
  'Composite',
  'ItemProp',
];

test.each(Object.keys(made))('of all that nothing is in what is made of a picture in %s', async (format) => {
  const path = await tagged(format, [...exif, ...iptc, ...xmp, '-Comment=said by Ada']);
  expect(Object.keys(await tagsOf(path)).some((name) => name.includes('GPS'))).toBe(true);
  const { files, path: pathOf } = await draw(await readFile(path), [320, 640]);
  for (const { name } of files) {
    const tags = await tagsOf(pathOf(name), 1);
    const groups = Object.keys(tags)
      .filter((tag) => tag.includes(':'))
      .map((tag) => tag.split(':')[0]);
    expect(
      groups.filter((group) => !ofThePixels.includes(group ?? '')),
      name,
    ).toEqual([]);
    expect(Object.keys(tags).join(' '), name).not.toMatch(/GPS|Make|Model|Software|Artist|Comment|Profile/);
    expect(JSON.stringify(Object.values(tags).slice(1))).not.toMatch(/Acme|Camera|Ada|Zoë|Firmware|Editor/);
  }
});
