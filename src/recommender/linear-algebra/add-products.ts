import type { Range, SquareMatrix } from './square-matrix.js';

/** So many terms at once: the rows of two blocks stay in the second cache of a core. */
const TERMS = 256;

/**
 * `into[i, j] += sign · Σ left[i, k] · right[j, k]` for a block of rows `i`, columns `j` and terms `k`; all three of the same
 * stride. Both sides are read along their rows.
 */
export function addProducts(
  into: SquareMatrix,
  left: SquareMatrix,
  right: SquareMatrix,
  rows: Range,
  columns: Range,
  terms: Range,
  sign: 1 | -1,
): void {
  for (let from = terms.from; from < terms.to; from += TERMS)
    addTerms(into, left, right, rows, columns, { from, to: Math.min(terms.to, from + TERMS) }, sign);
}

/** Two rows by four columns at once, because eight sums and what they are of fit into the registers. */
function addTerms(
  { values: into, stride }: SquareMatrix,
  { values: left }: SquareMatrix,
  { values: right }: SquareMatrix,
  rows: Range,
  columns: Range,
  terms: Range,
  sign: 1 | -1,
): void {
  const { from, to } = terms;
  let i = rows.from;
  for (; i + 1 < rows.to; i += 2) {
    let j = columns.from;
    const left0 = i * stride;
    const left1 = left0 + stride;
    for (; j + 3 < columns.to; j += 4) {
      const right0 = j * stride;
      const right1 = right0 + stride;
      const right2 = right1 + stride;
      const right3 = right2 + stride;
      let [sum00, sum01, sum02, sum03, sum10, sum11, sum12, sum13] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let k = from; k < to; k += 1) {
        const a = left[left0 + k] as number;
        const b = left[left1 + k] as number;
        const p = right[right0 + k] as number;
        const q = right[right1 + k] as number;
        const r = right[right2 + k] as number;
        const s = right[right3 + k] as number;
        sum00 += a * p;
        sum01 += a * q;
        sum02 += a * r;
        sum03 += a * s;
        sum10 += b * p;
        sum11 += b * q;
        sum12 += b * r;
        sum13 += b * s;
      }
      const at0 = left0 + j;
      const at1 = left1 + j;
      into[at0] = (into[at0] as number) + sign * sum00;
      into[at0 + 1] = (into[at0 + 1] as number) + sign * sum01;
      into[at0 + 2] = (into[at0 + 2] as number) + sign * sum02;
      into[at0 + 3] = (into[at0 + 3] as number) + sign * sum03;
      into[at1] = (into[at1] as number) + sign * sum10;
      into[at1 + 1] = (into[at1 + 1] as number) + sign * sum11;
      into[at1 + 2] = (into[at1 + 2] as number) + sign * sum12;
      into[at1 + 3] = (into[at1 + 3] as number) + sign * sum13;
    }
    for (; j < columns.to; j += 1)
      for (let row = i; row < i + 2; row += 1) {
        const at = row * stride + j;
        into[at] = (into[at] as number) + sign * dot(left, row * stride, right, j * stride, from, to);
      }
  }
  for (; i < rows.to; i += 1)
    for (let j = columns.from; j < columns.to; j += 1) {
      const at = i * stride + j;
      into[at] = (into[at] as number) + sign * dot(left, i * stride, right, j * stride, from, to);
    }
}

/** `Σ left[leftAt + k] · right[rightAt + k]` for `k` in `from … to - 1`. */
export function dot(
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  from: number,
  to: number,
): number {
  let sum = 0;
  for (let k = from; k < to; k += 1) sum += (left[leftAt + k] as number) * (right[rightAt + k] as number);
  return sum;
}
