/** What agencies write of a picture: the texts of each dataset of the application record (IPTC IIM 4.2, 6), by its number. */
export type IptcTexts = ReadonlyMap<number, readonly string[]>;

const MARKER = 0x1c;
const ENVELOPE = 1;
const APPLICATION = 2;
const CODED_CHARACTER_SET = 90;
/** ISO 2022 for: what follows is UTF-8. */
const utf8Announced = '\u001b%G';

/**
 * Reads it from what libvips found: bare, as in TIFF, or among what Photoshop kept in a JPEG. What is not written in UTF-8, told or
 * not, is read as Latin 1. What cannot be read is not there.
 */
export function iptcTextsOf(block: Uint8Array | undefined): IptcTexts {
  const bytes = Buffer.from(block ?? []);
  const found = new Map<number, Buffer[]>();
  let isUtf8 = false;
  for (const { record, dataset, value } of datasetsIn(bareIn(bytes))) {
    if (record === ENVELOPE && dataset === CODED_CHARACTER_SET)
      isUtf8 = value.toString('latin1') === utf8Announced;
    if (record === APPLICATION) found.set(dataset, [...(found.get(dataset) ?? []), value]);
  }
  const textOf = (value: Buffer) => {
    const text = value.toString('utf8');
    return isUtf8 || !text.includes('\uFFFD') ? text : value.toString('latin1');
  };
  return new Map([...found].map(([dataset, values]) => [dataset, values.map(textOf)]));
}

/** Photoshop keeps resources one after the other: a signature, a number, a name, a length (Adobe, Photoshop File Formats). */
function bareIn(bytes: Buffer): Buffer {
  let at = bytes.toString('latin1', 0, 14) === 'Photoshop 3.0\0' ? 14 : 0;
  while (at + 12 <= bytes.length && bytes.toString('latin1', at, at + 4) === '8BIM') {
    const name = 1 + (bytes[at + 6] ?? 0);
    const sizeAt = at + 6 + name + (name % 2);
    if (sizeAt + 4 > bytes.length) break;
    const size = bytes.readUInt32BE(sizeAt);
    const from = sizeAt + 4;
    if (bytes.readUInt16BE(at + 4) === 0x0404) return bytes.subarray(from, from + size);
    at = from + size + (size % 2);
  }
  return bytes[0] === MARKER ? bytes : Buffer.alloc(0);
}

function* datasetsIn(bytes: Buffer): Generator<{
  readonly record: number;
  readonly dataset: number;
  readonly value: Buffer;
}> {
  for (let at = 0; at + 5 <= bytes.length && bytes[at] === MARKER; ) {
    const size = bytes.readUInt16BE(at + 3);
    // Longer ones than that tell the length of their length, and nobody writes them.
    if (size > 0x7fff || at + 5 + size > bytes.length) return;
    yield {
      record: bytes[at + 1] ?? 0,
      dataset: bytes[at + 2] ?? 0,
      value: bytes.subarray(at + 5, at + 5 + size),
    };
    at += 5 + size;
  }
}
