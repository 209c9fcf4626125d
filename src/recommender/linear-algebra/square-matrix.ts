/** Side of the blocks that matrices are worked through in: three of them fit into the second cache of a core. */
export const BLOCK = 64;
const LINE = 8;

/** A matrix as wide as high, row after row, of which what is used depends on the function. */
export interface SquareMatrix {
  readonly size: number;
  /** From one row to the next, in numbers: an odd count of cache lines, so that rows do not push each other out. */
  readonly stride: number;
  readonly values: Float64Array;
}

export function zeros(size: number): SquareMatrix {
  const lines = Math.ceil(size / LINE);
  const stride = LINE * (lines % 2 === 0 ? lines + 1 : lines);
  return { size, stride, values: new Float64Array(size * stride) };
}

/** The identity, scaled. */
export function scaledIdentity(size: number, scale: number): SquareMatrix {
  const matrix = zeros(size);
  for (let row = 0; row < size; row += 1) matrix.values[row * matrix.stride + row] = scale;
  return matrix;
}

/** Where the rows or columns of a block begin, and where they end. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const blocksOf = (size: number): readonly Range[] =>
  Array.from({ length: Math.ceil(size / BLOCK) }, (_, index) => ({
    from: index * BLOCK,
    to: Math.min(size, (index + 1) * BLOCK),
  }));
