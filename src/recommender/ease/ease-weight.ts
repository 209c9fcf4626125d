import { createBoundedMap } from '../../core/bounded-map.ts';
import { rowOf, type SparseRow, type SparseRows, transpose } from '../interactions.ts';
import { throughKernel } from './score-ease.ts';
import type { DualEase, Ease } from './train-ease.js';

/** Of what each item of a viewer's row adds to the score of one item: the column of the item that adds most, if any adds. */
export type StrongestTerm = (row: SparseRow, item: number) => number | undefined;

/** Says because of what an item is on a list. What it needs of a model is worked out once. */
export function strongestTermOf(ease: Ease): StrongestTerm {
  const weightsFor = ease.form === 'primal' ? undefined : dualWeights(ease, transpose(ease.rows));
  return (row, item) => {
    const weightOf = weightsFor
      ? weightsFor(item)
      : (from: number) =>
          ease.form === 'primal' ? (ease.weights[from * ease.itemCount + item] as number) : 0;
    let strongest: number | undefined;
    let most = 0;
    for (const [index, from] of row.columns.entries()) {
      const term = from === item ? 0 : (row.values[index] as number) * weightOf(from);
      if (term <= most) continue;
      most = term;
      strongest = from;
    }
    return strongest;
  };
}

/** What popular items need is worked out once for the lists of many: it is most of what saying why takes. */
const CARRIED_BYTES = 16 * 1024 * 1024;

/** `B[i, j] = xᵢᵀ·K·xⱼ / (1 - s[j])` for `i ≠ j`, with `xᵢ` what the viewers think of item `i`. */
function dualWeights(ease: DualEase, items: SparseRows) {
  const { rowCount } = ease.rows;
  const kept = createBoundedMap<number, Float64Array>(CARRIED_BYTES);

  function carriedOf(item: number): Float64Array {
    const known = kept.get(item);
    if (known) return known;
    const own = new Float64Array(rowCount);
    const { columns, values } = rowOf(items, item);
    for (const [index, viewer] of columns.entries()) own[viewer] = values[index] as number;
    const carried = throughKernel(ease, own);
    kept.set(item, carried, carried.byteLength);
    return carried;
  }

  return (item: number) => {
    const carried = carriedOf(item);
    const rest = 1 - (ease.selfWeights[item] as number);
    return (from: number): number => {
      const viewers = rowOf(items, from);
      let sum = 0;
      for (let index = 0; index < viewers.columns.length; index += 1)
        sum += (viewers.values[index] as number) * (carried[viewers.columns[index] as number] as number);
      return sum / rest;
    };
  };
}
