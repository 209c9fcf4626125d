import { plainStyle, type StyledText, type SubtitleText, type TextStyle } from './styled-text.js';

const bold = 1;
const italic = 2;
const underline = 4;
const styleBytes = 12;
/** Of a sample's description: where the face of its own style stands. */
const faceOfDescription = 24;

const styleOf = (face: number): TextStyle => ({
  ...{ bold: (face & bold) !== 0, italic: (face & italic) !== 0, underline: (face & underline) !== 0 },
});

interface StyledRange {
  /** Counted in characters. */
  readonly from: number;
  readonly to: number;
  readonly style: TextStyle;
}

/** The records of its box `styl`, as far as they are there. */
function stylesIn(boxes: Buffer): readonly StyledRange[] {
  for (let at = 0; at + 8 <= boxes.length; ) {
    const size = boxes.readUInt32BE(at);
    if (size < 8) return [];
    if (boxes.toString('latin1', at + 4, at + 8) === 'styl' && at + 10 <= boxes.length) {
      const records = boxes.subarray(at + 10, Math.min(at + size, boxes.length));
      const count = Math.min(boxes.readUInt16BE(at + 8), Math.floor(records.length / styleBytes));
      return Array.from({ length: count }, (_, index) => {
        const record = records.subarray(index * styleBytes);
        return {
          ...{ from: record.readUInt16BE(0), to: record.readUInt16BE(2) },
          style: styleOf(record.readUInt8(6)),
        };
      });
    }
    at += size;
  }
  return [];
}

/** Written as UTF-16 where it begins with the mark of that. */
function textOf(bytes: Buffer, decode: (bytes: Uint8Array) => string): string {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfeff) return new TextDecoder('utf-16be').decode(bytes.subarray(2));
  if (mark === 0xfffe) return new TextDecoder('utf-16le').decode(bytes.subarray(2));
  return decode(bytes);
}

/** A sample of timed text (3GPP TS 26.245), as QuickTime has it too. Where on the screen it stands is left to players. Pure. */
export function movText(
  sample: Buffer,
  description: Buffer,
  decode: (bytes: Uint8Array) => string,
): SubtitleText {
  if (sample.length < 2) return { runs: [] };
  const end = 2 + sample.readUInt16BE(0);
  const characters = [...textOf(sample.subarray(2, end), decode)];
  const usual =
    description.length > faceOfDescription ? styleOf(description.readUInt8(faceOfDescription)) : plainStyle;
  const runs: StyledText[] = [];
  let from = 0;
  for (const range of stylesIn(sample.subarray(end)).toSorted((a, b) => a.from - b.from)) {
    if (range.from < from || range.to <= range.from) continue;
    runs.push({ ...usual, text: characters.slice(from, range.from).join('') });
    runs.push({ ...range.style, text: characters.slice(range.from, range.to).join('') });
    from = range.to;
  }
  runs.push({ ...usual, text: characters.slice(from).join('') });
  return { runs };
}
