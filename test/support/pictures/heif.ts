import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ffmpeg } from '../odd-media/make.js';

/** How it is to be shown beyond its pixels, and what is written in it. */
export interface HeifOptions {
  /** Quarter turns against the clock, as the box has them. */
  readonly turns?: 0 | 1 | 2 | 3;
  /** `upDown` flips it, `leftRight` mirrors it. */
  readonly mirrored?: 'upDown' | 'leftRight';
  /** Columns and rows of tiles of which it is put together; default one, without a grid. */
  readonly tiles?: readonly [columns: number, rows: number];
  /** A TIFF, as cameras write EXIF. */
  readonly exif?: Buffer;
  readonly profile?: Buffer;
  /** What the coded picture itself says of its colours: primaries, transfer and matrix (ITU-T H.273). */
  readonly colourCodes?: readonly [primaries: number, transfer: number, matrix: number];
}

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
};
const text = (word: string) => Buffer.from(word, 'latin1');
const box = (type: string, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), text(type), body]);
};
const fullBox = (type: string, version: number, flags: number, ...parts: Buffer[]) =>
  box(type, u32(version * 2 ** 24 + flags), ...parts);

/** HEVC as a stream: each unit behind 00 00 01. */
function unitsOf(stream: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = stream.indexOf('\0\0\x01', 0, 'latin1'); at >= 0; ) {
    starts.push(at + 3);
    at = stream.indexOf('\0\0\x01', at + 3, 'latin1');
  }
  return starts.map((start, index) => {
    let end = (starts[index + 1] ?? stream.length + 3) - 3;
    while (end > start && stream[end - 1] === 0) end -= 1;
    return stream.subarray(start, end);
  });
}
const kindOf = (unit: Buffer) => ((unit[0] ?? 0) >> 1) & 63;
const parameterSets = [32, 33, 34] as const;

interface Coded {
  /** The payload of `hvcC` (ISO/IEC 14496-15, 8.3.3.1). */
  readonly configuration: Buffer;
  readonly data: Buffer;
}

const CODES = ['colour_primaries', 'transfer_characteristics', 'matrix_coefficients'] as const;

/** One intra picture in 4:2:0, full range, BT.601. */
async function encode(
  png: Buffer,
  folder: string,
  name: string,
  codes: HeifOptions['colourCodes'],
): Promise<Coded> {
  const said = codes?.map((code, index) => `${CODES[index]}=${code}`).join(':');
  const [from, to] = [join(folder, `${name}.png`), join(folder, `${name}.hevc`)];
  await writeFile(from, png);
  await ffmpeg(
    ...['-i', from, '-frames:v', '1', '-vf', 'scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p'],
    ...['-c:v', 'libx265', '-crf', '6', '-preset', 'ultrafast', '-x265-params', 'log-level=error:info=0'],
    ...(said ? ['-bsf:v', `hevc_metadata=${said}`] : []),
    ...['-f', 'hevc', to],
  );
  const units = unitsOf(await readFile(to));
  const sequence = units.find((unit) => kindOf(unit) === 33) ?? Buffer.alloc(0);
  // Bytes of 3 behind two zeros were put in so that nothing looks like a beginning.
  const plain = Buffer.from(sequence.toString('latin1').replaceAll('\0\0\x03', '\0\0'), 'latin1');
  const profileTierLevel = plain.subarray(3, 15);
  return {
    configuration: Buffer.concat([
      ...[u8(1), profileTierLevel, u8(0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, parameterSets.length)],
      ...parameterSets.flatMap((kind) => {
        const sets = units.filter((unit) => kindOf(unit) === kind);
        return [u8(0x80 | kind), u16(sets.length), ...sets.flatMap((unit) => [u16(unit.length), unit])];
      }),
    ]),
    data: Buffer.concat(
      units.filter((unit) => kindOf(unit) < 32).flatMap((unit) => [u32(unit.length), unit]),
    ),
  };
}

interface Item {
  readonly id: number;
  readonly type: string;
  readonly data: Buffer;
  readonly isHidden: boolean;
  readonly properties: readonly Buffer[];
  readonly references: readonly (readonly [type: string, ids: readonly number[]])[];
}

/** A HEIC as telephones write it (ISO/IEC 23008-12), by a box writer of our own and the system's x265. */
export async function heicOf(png: Buffer, options: HeifOptions = {}): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-heif-'));
  try {
    return boxesOf(await itemsOf(png, options, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const PRIMARY = 1;
const EXIF = 2;
const FIRST_TILE = 10;

async function itemsOf(png: Buffer, options: HeifOptions, folder: string): Promise<Item[]> {
  const { width, height } = await sharp(png).metadata();
  const { tiles: [columns, rows] = [1, 1], turns = 0, mirrored, exif, profile, colourCodes } = options;
  const [tileWidth, tileHeight] = [Math.ceil(width / columns), Math.ceil(height / rows)];
  const whole = await sharp(png)
    .extend({ right: tileWidth * columns - width, bottom: tileHeight * rows - height, extendWith: 'copy' })
    .png()
    .toBuffer();
  const sizeOf = (w: number, h: number) => fullBox('ispe', 0, 0, u32(w, h));
  const colour = box('colr', text('nclx'), u16(1, 13, 6), u8(0x80));
  const shown = [
    sizeOf(width, height),
    ...(profile ? [box('colr', text('prof'), profile)] : []),
    ...(turns ? [box('irot', u8(turns))] : []),
    ...(mirrored ? [box('imir', u8(mirrored === 'upDown' ? 0 : 1))] : []),
  ];
  const coded: Coded[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = { left: column * tileWidth, top: row * tileHeight };
      const part = sharp(whole).extract({ ...at, width: tileWidth, height: tileHeight });
      coded.push(await encode(await part.png().toBuffer(), folder, `${row}-${column}`, colourCodes));
    }
  const plain = { isHidden: false, references: [] };
  const isGrid = coded.length > 1;
  const [first] = coded;
  if (!first) throw new Error('no tiles');
  const grid = Buffer.concat([u8(0, 0, rows - 1, columns - 1), u16(width, height)]);
  const ids = coded.map((_, index) => FIRST_TILE + index);
  return [
    isGrid
      ? {
          id: PRIMARY,
          type: 'grid',
          data: grid,
          isHidden: false,
          properties: shown,
          references: [['dimg', ids]],
        }
      : {
          ...{ id: PRIMARY, type: 'hvc1', data: first.data, ...plain },
          properties: [box('hvcC', first.configuration), colour, ...shown],
        },
    ...(exif
      ? [
          {
            ...{
              id: EXIF,
              type: 'Exif',
              data: Buffer.concat([u32(0), exif]),
              isHidden: true,
              properties: [],
            },
            references: [['cdsc', [PRIMARY]]] as const,
          },
        ]
      : []),
    ...(isGrid
      ? coded.map(({ configuration, data }, index) => ({
          ...{ id: FIRST_TILE + index, type: 'hvc1', data, isHidden: true, references: [] },
          properties: [box('hvcC', configuration), colour, sizeOf(tileWidth, tileHeight)],
        }))
      : []),
  ];
}

function boxesOf(items: readonly Item[]): Buffer {
  const properties = items.flatMap((item) => item.properties);
  const indexOf = new Map(properties.map((property, index) => [property, index + 1]));
  const isEssential = (property: Buffer) =>
    ['hvcC', 'irot', 'imir'].includes(property.toString('latin1', 4, 8)) ? 0x80 : 0;
  const references = items.flatMap(({ id, references: all }) =>
    all.map(([type, ids]) => box(type, u16(id, ids.length, ...ids))),
  );
  const metaWith = (dataAt: number): Buffer => {
    let at = dataAt;
    const places = items.map(({ id, data }) => {
      const place = Buffer.concat([u16(id, 0, 1), u32(at, data.length)]);
      at += data.length;
      return place;
    });
    return fullBox(
      'meta',
      0,
      0,
      fullBox('hdlr', 0, 0, u32(0), text('pict'), Buffer.alloc(13)),
      fullBox('pitm', 0, 0, u16(PRIMARY)),
      fullBox('iloc', 0, 0, u8(0x44, 0), u16(items.length), ...places),
      fullBox(
        'iinf',
        0,
        0,
        u16(items.length),
        ...items.map(({ id, type, isHidden }) =>
          fullBox('infe', 2, isHidden ? 1 : 0, u16(id, 0), text(type), u8(0)),
        ),
      ),
      ...(references.length > 0 ? [fullBox('iref', 0, 0, ...references)] : []),
      box(
        'iprp',
        box('ipco', ...properties),
        fullBox(
          'ipma',
          0,
          0,
          u32(items.filter((item) => item.properties.length > 0).length),
          ...items
            .filter((item) => item.properties.length > 0)
            .map((item) =>
              Buffer.concat([
                u16(item.id),
                u8(item.properties.length),
                u8(
                  ...item.properties.map((property) => (indexOf.get(property) ?? 0) | isEssential(property)),
                ),
              ]),
            ),
        ),
      ),
    );
  };
  const type = box('ftyp', text('heic'), u32(0), text('mif1'), text('heic'));
  const data = box('mdat', ...items.map((item) => item.data));
  const dataAt = type.length + metaWith(0).length + 8;
  return Buffer.concat([type, metaWith(dataAt), data]);
}
