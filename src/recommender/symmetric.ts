/** The lower triangle of a symmetric matrix, row after row: half of the room. */
export function packSymmetric(full: Float32Array, size: number): Float32Array {
  const packed = new Float32Array((size * (size + 1)) / 2);
  for (let row = 0, at = 0; row < size; at += row + 1, row += 1)
    packed.set(full.subarray(row * size, row * size + row + 1), at);
  return packed;
}

export function expandSymmetric(packed: Float32Array, size: number): Float32Array {
  const full = new Float32Array(size * size);
  let at = 0;
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column <= row; column += 1) {
      const value = packed[at] as number;
      full[row * size + column] = value;
      full[column * size + row] = value;
      at += 1;
    }
  return full;
}
