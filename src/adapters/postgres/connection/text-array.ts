const TEXT_TYPE = 25;
const HEADER_BYTES = 20;

/**
 * A parameter of type `text[]` in PostgreSQL's binary format: of long texts full of quotes, such as JSON, the textual one is
 * escaped here and read letter by letter there.
 */
export function textArray(values: readonly string[]): Buffer {
  const lengths = values.map((value) => Buffer.byteLength(value));
  const array = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, HEADER_BYTES));
  // One dimension, no nulls, the elements' type, their number, and that of the first.
  let offset = 0;
  for (const field of [1, 0, TEXT_TYPE, values.length, 1]) offset = array.writeInt32BE(field, offset);
  for (const [index, value] of values.entries()) {
    offset = array.writeInt32BE(lengths[index] ?? 0, offset);
    offset += array.write(value, offset);
  }
  return array;
}
