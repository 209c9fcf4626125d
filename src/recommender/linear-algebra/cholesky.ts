import { addProducts, dot } from './add-products.ts';
import { blocksOf, type Range, type SquareMatrix, scaledIdentity } from './square-matrix.ts';

/**
 * The inverse of a symmetric, positive definite matrix, of which the lower triangle is read; in its place. By Cholesky's factor `L`,
 * in blocks: `A = L·Lᵀ`, `U = L⁻ᵀ`, `A⁻¹ = U·Uᵀ`. Each of the three is made of products of rows with rows, so that memory is
 * read in its own order throughout. Takes about `size³ / 2` multiplications and the room of one more matrix.
 *
 * @throws RangeError where the matrix is not positive definite.
 */
export function invertPositiveDefinite(matrix: SquareMatrix): SquareMatrix {
  choleskyFactor(matrix);
  const upper = invertedTranspose(matrix);
  return productWithItself(upper, matrix);
}

/** `L` with `A = L·Lᵀ`, in the place of the lower triangle of `A`; what stands above the diagonal is neither read nor changed. */
export function choleskyFactor(factor: SquareMatrix): void {
  const blocks = blocksOf(factor.size);
  for (const [index, columns] of blocks.entries())
    for (const rows of blocks.slice(index)) {
      addProducts(factor, factor, factor, rows, columns, { from: 0, to: columns.from }, -1);
      if (rows === columns) factorBlock(factor, columns);
      else divideByTranspose(factor, factor, rows, columns);
    }
}

/** `U = L⁻ᵀ`, upper triangular. */
function invertedTranspose(factor: SquareMatrix): SquareMatrix {
  const inverse = scaledIdentity(factor.size, 1);
  const blocks = blocksOf(factor.size);
  for (const [index, rows] of blocks.entries())
    for (const columns of blocks.slice(index)) {
      const terms = { from: rows.from, to: columns.from };
      addProducts(inverse, inverse, factor, rows, columns, terms, -1);
      divideByTranspose(inverse, factor, rows, columns);
    }
  return inverse;
}

/** `U·Uᵀ` of an upper triangular matrix, put into another. */
function productWithItself(upper: SquareMatrix, product: SquareMatrix): SquareMatrix {
  const { size, stride } = upper;
  product.values.fill(0);
  const blocks = blocksOf(size);
  for (const [index, rows] of blocks.entries())
    for (const columns of blocks.slice(0, index + 1))
      addProducts(product, upper, upper, rows, columns, { from: rows.from, to: size }, 1);
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < row; column += 1)
      product.values[column * stride + row] = product.values[row * stride + column] as number;
  return product;
}

/** The factor of one block on the diagonal. */
function factorBlock({ values, stride }: SquareMatrix, { from, to }: Range): void {
  for (let column = from; column < to; column += 1) {
    const at = column * stride;
    const pivot = (values[at + column] as number) - dot(values, at, values, at, from, column);
    if (!(pivot > 0)) throw new RangeError(`Not positive definite at row ${column}.`);
    const root = Math.sqrt(pivot);
    values[at + column] = root;
    for (let row = column + 1; row < to; row += 1) {
      const below = row * stride;
      values[below + column] =
        ((values[below + column] as number) - dot(values, below, values, at, from, column)) / root;
    }
  }
}

/** `X` with `X·Lᵀ = B`, in the place of `B`: a block of rows, by the block of `L` on the diagonal at these columns. */
function divideByTranspose(
  { values, stride }: SquareMatrix,
  { values: factor }: SquareMatrix,
  rows: Range,
  { from, to }: Range,
): void {
  for (let row = rows.from; row < rows.to; row += 1) {
    const at = row * stride;
    for (let column = from; column < to; column += 1) {
      const diagonal = column * stride;
      values[at + column] =
        ((values[at + column] as number) - dot(values, at, factor, diagonal, from, column)) /
        (factor[diagonal + column] as number);
    }
  }
}
