/** Numbers as they lie in memory: four bytes each. */
export type Section = Uint32Array | Int32Array | Float32Array;

const KINDS = { u: Uint32Array, i: Int32Array, f: Float32Array } as const;
type KindLetter = keyof typeof KINDS;

const MAGIC = 'MFRM';
const WIDTH = 4;

const letterOf = (section: Section): KindLetter =>
  section instanceof Uint32Array ? 'u' : section instanceof Int32Array ? 'i' : 'f';

/** A head in JSON and arrays behind it: magic, length of the head, head, arrays; each at a multiple of four bytes. */
export function toSections(head: object, sections: readonly Section[]): Uint8Array {
  const text = JSON.stringify({ head, sections: sections.map((each) => [letterOf(each), each.length]) });
  const encoded = new TextEncoder().encode(text);
  const headLength = Math.ceil(encoded.length / WIDTH) * WIDTH;
  const bytes = new Uint8Array(sections.reduce((sum, each) => sum + each.byteLength, 2 * WIDTH + headLength));
  bytes.set(new TextEncoder().encode(MAGIC));
  new Uint32Array(bytes.buffer, WIDTH, 1)[0] = headLength;
  bytes.fill(0x20, 2 * WIDTH, 2 * WIDTH + headLength);
  bytes.set(encoded, 2 * WIDTH);
  let at = 2 * WIDTH + headLength;
  for (const each of sections) {
    bytes.set(new Uint8Array(each.buffer, each.byteOffset, each.byteLength), at);
    at += each.byteLength;
  }
  return bytes;
}

/** @throws RangeError for bytes that were not written so, or were cut off. */
export function fromSections<Head>(blob: Uint8Array): { head: Head; sections: Section[] } {
  // A copy of its own begins where numbers of four bytes have to.
  const bytes = blob.slice();
  const magic = new TextDecoder().decode(bytes.subarray(0, WIDTH));
  if (bytes.length < 2 * WIDTH || magic !== MAGIC) throw new RangeError('These bytes are no model.');
  const headEnd = 2 * WIDTH + new DataView(bytes.buffer, bytes.byteOffset).getUint32(WIDTH, true);
  if (headEnd > bytes.length) throw new RangeError('The model was cut off.');
  const told = parseHead<Head>(bytes.subarray(2 * WIDTH, headEnd));
  let at = headEnd;
  const sections = told.sections.map(([letter, length]) => {
    const end = at + length * WIDTH;
    if (!KINDS[letter] || !(end >= at && end <= bytes.length)) throw new RangeError('The model was cut off.');
    const section = new KINDS[letter](bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + end));
    at = end;
    return section;
  });
  return { head: told.head, sections };
}

function parseHead<Head>(bytes: Uint8Array): { head: Head; sections: [KindLetter, number][] } {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new RangeError('The head of the model cannot be read.', { cause });
  }
}
