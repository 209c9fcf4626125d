import exifr from 'exifr';
import type { PhotoDetails, PhotoLocation } from '../../../core/image-probe.js';
import { iptcTextsOf } from './iptc.ts';
import { longestMetadataBytes } from './limits.ts';

type Fields = Readonly<Record<string, unknown>>;
type Blocks = Readonly<Record<string, Fields | undefined>>;

/** What is written in a picture, as the decoder found it. */
export interface Written {
  readonly exif?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
  readonly iptc?: Uint8Array | undefined;
  /** A whole file that has these where no decoder looks: TIFF. */
  readonly file?: Uint8Array | undefined;
}

const options = {
  ...{ tiff: true, ifd0: {}, exif: true, gps: true, interop: false, ifd1: false, iptc: false, jfif: false },
  ...{ xmp: false, icc: false, ihdr: false, makerNote: false, userComment: false, mergeOutput: false },
  ...{ sanitize: true, translateKeys: true, translateValues: false, reviveValues: false },
};

const LONGEST_TEXT = 500;
const MOST_KEYWORDS = 50;

function textOf(...candidates: readonly unknown[]): string | null {
  for (const candidate of candidates) {
    const value = isFields(candidate) && 'value' in candidate ? candidate.value : candidate;
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    // Fixed fields are filled up with zeros and blanks.
    const text = String(value)
      .replaceAll(/\p{Cc}/gu, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim();
    // Cut, and as some write them, characters may be half of a pair.
    if (text !== '') return text.slice(0, LONGEST_TEXT).toWellFormed();
  }
  return null;
}
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function figureOf(value: unknown): number | null {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isFinite(first) && first > 0 ? first : null;
}

/** By the camera's clock, which tells no time zone of its own: so it is read as it is written. */
function takenAtOf(exif: Fields, xmp: Fields): Pick<PhotoDetails, 'takenAt' | 'takenAtOffset'> {
  const told = textOf(exif.DateTimeOriginal, exif.CreateDate) ?? textOf(xmp.DateCreated, xmp.CreateDate);
  const parts = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?(\.\d+)?(Z|[+-]\d\d:\d\d)?/.exec(
    told ?? '',
  );
  if (!parts) return { takenAt: null, takenAtOffset: null };
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone] = parts;
  // Cameras whose clock was never set write zeros, and some a thirteenth month.
  const isTime = !Number.isNaN(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`));
  if (!isTime || year === '0000') return { takenAt: null, takenAtOffset: null };
  const subSeconds = /^\d{1,6}/.exec(textOf(exif.SubSecTimeOriginal) ?? '')?.[0];
  const offset = /^[+-]\d\d:\d\d$/.exec(textOf(exif.OffsetTimeOriginal, exif.OffsetTime) ?? '')?.[0];
  return {
    takenAt: `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction || (subSeconds ? `.${subSeconds}` : '')}`,
    takenAtOffset: offset ?? (zone === 'Z' ? '+00:00' : zone) ?? null,
  };
}

function locationOf(gps: Fields): PhotoLocation | null {
  const { latitude, longitude } = gps;
  const isPlace = (value: unknown, most: number): value is number =>
    typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= most;
  if (!isPlace(latitude, 90) || !isPlace(longitude, 180) || (latitude === 0 && longitude === 0)) return null;
  const height = figureOf(gps.GPSAltitude);
  const reference = gps.GPSAltitudeRef;
  const isBelowSea = reference === 1 || (reference instanceof Uint8Array && reference[0] === 1);
  return { latitude, longitude, altitudeMetres: height === null ? null : isBelowSea ? -height : height };
}

function keywordsOf(...candidates: readonly unknown[]): string[] {
  const all = candidates.flatMap((candidate) => (Array.isArray(candidate) ? candidate : [candidate]));
  const texts = all.map((each) => textOf(each)).filter((text) => text !== null);
  return [...new Set(texts)].slice(0, MOST_KEYWORDS);
}

/** What cannot be read is not there: the picture is none the worse for it. */
async function blocksOf(bytes: Uint8Array | undefined): Promise<Blocks> {
  if (!bytes || bytes.length < 8) return {};
  const isNamed = Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'Exif';
  const parsed: unknown = await exifr
    .parse(isNamed ? bytes.subarray(6) : bytes, options)
    .catch(() => undefined);
  return isFields(parsed) ? (parsed as Blocks) : {};
}

/** The numbers that IPTC gives them. */
const iptcDatasets = {
  title: 5,
  keyword: 25,
  creator: 80,
  headline: 105,
  copyright: 116,
  caption: 120,
} as const;

interface XmpParser {
  parse(text: string): unknown;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Those that XML has by itself, and numbers; each once. What a document defines stays as it is written. */
const withoutReferences = (text: string): string =>
  text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal, hex, name) => {
      if (name) return named[name.toLowerCase()] ?? whole;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );

function plainOf(value: unknown): unknown {
  if (typeof value === 'string') return withoutReferences(value);
  if (Array.isArray(value)) return value.map(plainOf);
  return isFields(value) && 'value' in value ? plainOf(value.value) : value;
}

/** A parser that looks for names of fields: it knows no entities, and opens nothing. */
function xmpOf(bytes: Uint8Array | undefined): Fields {
  if (!bytes || bytes.length > longestMetadataBytes) return {};
  try {
    const parsers = (exifr as unknown as { segmentParsers: Map<string, XmpParser> }).segmentParsers;
    const parsed = parsers.get('xmp')?.parse(Buffer.from(bytes).toString('utf8'));
    if (!isFields(parsed)) return {};
    const fields = Object.assign({}, ...Object.values(parsed).filter(isFields)) as Fields;
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainOf(value)]));
  } catch {
    return {};
  }
}

/** How, when and where a photograph was taken, as far as it tells; null where it tells nothing. */
export async function photoDetailsOf({ exif, xmp, iptc, file }: Written): Promise<PhotoDetails | null> {
  const short = exif && exif.length <= longestMetadataBytes ? exif : undefined;
  const [own, whole] = await Promise.all([blocksOf(short), blocksOf(file)]);
  const camera = { ...whole.ifd0, ...own.ifd0 };
  const shot = { ...whole.exif, ...own.exif };
  const texts = iptcTextsOf(iptc && iptc.length <= longestMetadataBytes ? iptc : undefined);
  const told = (dataset: keyof typeof iptcDatasets) => texts.get(iptcDatasets[dataset]) ?? [];
  const other = xmpOf(xmp);
  const details: PhotoDetails = {
    cameraMake: textOf(camera.Make, other.Make),
    cameraModel: textOf(camera.Model, other.Model),
    lens: textOf(shot.LensModel, other.LensModel, other.Lens),
    software: textOf(camera.Software, other.CreatorTool),
    exposureSeconds: figureOf(shot.ExposureTime),
    aperture: figureOf(shot.FNumber),
    iso: figureOf(shot.ISO),
    focalLengthMillimetres: figureOf(shot.FocalLength),
    focalLength35Millimetres: figureOf(shot.FocalLengthIn35mmFormat),
    flashFired: typeof shot.Flash === 'number' ? (shot.Flash & 1) === 1 : null,
    ...takenAtOf(shot, other),
    title: textOf(...told('title'), ...told('headline'), other.title, other.Headline),
    description: textOf(camera.ImageDescription, ...told('caption'), other.description),
    creator: textOf(camera.Artist, ...told('creator'), ...[other.creator].flat()),
    copyright: textOf(camera.Copyright, ...told('copyright'), other.rights),
    keywords: keywordsOf(told('keyword'), other.subject),
    location: locationOf({ ...whole.gps, ...own.gps }),
  };
  const tells = Object.values(details).some(
    (value) => value !== null && (!Array.isArray(value) || value.length > 0),
  );
  return tells ? details : null;
}
