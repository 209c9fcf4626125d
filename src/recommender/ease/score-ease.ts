import { rowOf, type SparseRow } from '../interactions.ts';
import type { DualEase, Ease, PrimalEase } from './train-ease.js';

/** What a viewer's row says for every item: `x·B`. The row need not be one that the model was trained on. */
export const scoreEase = (ease: Ease, row: SparseRow): Float32Array =>
  ease.form === 'primal' ? scorePrimal(ease, row) : scoreDual(ease, row);

function scorePrimal({ itemCount, weights }: PrimalEase, { columns, values }: SparseRow): Float32Array {
  const scores = new Float64Array(itemCount);
  for (let index = 0; index < columns.length; index += 1) {
    const at = (columns[index] as number) * itemCount;
    const value = values[index] as number;
    for (let item = 0; item < itemCount; item += 1)
      scores[item] = (scores[item] as number) + value * (weights[at + item] as number);
  }
  return Float32Array.from(scores);
}

/** `x·B = ((x·Xᵀ)·K·X - x ∘ s) / (1 - s)`, with `s` what would flow from each item to itself. */
function scoreDual(ease: DualEase, row: SparseRow): Float32Array {
  const { rows, selfWeights } = ease;
  const scores = spread(ease, throughKernel(ease, likenessToViewers(ease, row)));
  for (let index = 0; index < row.columns.length; index += 1) {
    const item = row.columns[index] as number;
    scores[item] = (scores[item] as number) - (row.values[index] as number) * (selfWeights[item] as number);
  }
  for (let item = 0; item < rows.columnCount; item += 1)
    scores[item] = (scores[item] as number) / (1 - (selfWeights[item] as number));
  return Float32Array.from(scores);
}

/** `x·Xᵀ` */
function likenessToViewers({ rows }: DualEase, { columns, values }: SparseRow): Float64Array {
  const dense = new Float64Array(rows.columnCount);
  for (let index = 0; index < columns.length; index += 1)
    dense[columns[index] as number] = values[index] as number;
  const likeness = new Float64Array(rows.rowCount);
  for (let viewer = 0; viewer < rows.rowCount; viewer += 1) {
    let sum = 0;
    for (let at = rows.starts[viewer] as number; at < (rows.starts[viewer + 1] as number); at += 1)
      sum += (rows.values[at] as number) * (dense[rows.columns[at] as number] as number);
    likeness[viewer] = sum;
  }
  return likeness;
}

/** `v·K` */
export function throughKernel({ rows: { rowCount }, kernel }: DualEase, vector: Float64Array): Float64Array {
  const result = new Float64Array(rowCount);
  for (let one = 0; one < rowCount; one += 1) {
    const factor = vector[one] as number;
    if (factor === 0) continue;
    const at = one * rowCount;
    for (let other = 0; other < rowCount; other += 1)
      result[other] = (result[other] as number) + factor * (kernel[at + other] as number);
  }
  return result;
}

/** `v·X` */
function spread({ rows }: DualEase, vector: Float64Array): Float64Array {
  const scores = new Float64Array(rows.columnCount);
  for (let viewer = 0; viewer < rows.rowCount; viewer += 1) {
    const factor = vector[viewer] as number;
    const { columns, values } = rowOf(rows, viewer);
    for (let index = 0; index < columns.length; index += 1) {
      const item = columns[index] as number;
      scores[item] = (scores[item] as number) + factor * (values[index] as number);
    }
  }
  return scores;
}
