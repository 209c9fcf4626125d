import type { Ease } from './ease/train-ease.js';
import type { SparseRows } from './interactions.js';
import type { Model } from './model.js';
import { fromSections, type Section, toSections } from './sections.ts';
import { expandSymmetric, packSymmetric } from './symmetric.ts';

/** Of how a model lies in a blob. */
const FORMAT = 1;

type Shape = Pick<SparseRows, 'rowCount' | 'columnCount'>;
type EaseHead = { form: 'primal'; itemCount: number } | ({ form: 'dual' } & Shape);

type Head = Pick<Model, 'version' | 'itemIds'> & { format: number; ease: EaseHead };

/** A model as bytes: the same model gives the same bytes. */
export function modelToBlob({ version, itemIds, people, easeColumns, ease, neighbours }: Model): Uint8Array {
  const { arrays, ...easeHead } = easeToParts(ease);
  const head = { format: FORMAT, version, itemIds, ease: easeHead };
  return toSections(head, [people, easeColumns, ...sparseArrays(neighbours), ...arrays]);
}

/** @throws RangeError for what is no model, or one of another release. */
export function modelFromBlob(blob: Uint8Array): Model {
  const { head, sections } = fromSections<Head>(blob);
  if (head.format !== FORMAT) throw new RangeError(`A model of format ${head.format} cannot be read.`);
  const next = <Kind extends Section>(kind: new (length: number) => Kind): Kind => {
    const section = sections.shift();
    if (!(section instanceof kind)) throw new RangeError('The model is not whole.');
    return section;
  };
  const sparse = ({ rowCount, columnCount }: Shape): SparseRows => ({
    rowCount,
    columnCount,
    starts: next(Uint32Array),
    columns: next(Uint32Array),
    values: next(Float32Array),
  });
  const { version, itemIds } = head;
  const [people, easeColumns] = [next(Uint32Array), next(Int32Array)];
  const neighbours = sparse({ rowCount: itemIds.length, columnCount: itemIds.length });
  return { version, itemIds, people, easeColumns, neighbours, ease: easeFrom(head.ease, next, sparse) };
}

const sparseArrays = ({ starts, columns, values }: SparseRows): Section[] => [starts, columns, values];

function easeToParts(ease: Ease): EaseHead & { arrays: Section[] } {
  if (ease.form === 'primal') return { form: 'primal', itemCount: ease.itemCount, arrays: [ease.weights] };
  const { rows, kernel, selfWeights } = ease;
  const { rowCount, columnCount } = rows;
  const arrays = [...sparseArrays(rows), packSymmetric(kernel, rowCount), selfWeights];
  return { form: 'dual', rowCount, columnCount, arrays };
}

function easeFrom(
  head: EaseHead,
  next: (kind: Float32ArrayConstructor) => Float32Array,
  sparse: (shape: Shape) => SparseRows,
): Ease {
  if (head.form === 'primal') return { ...head, weights: next(Float32Array) };
  const rows = sparse(head);
  return {
    form: 'dual',
    rows,
    kernel: expandSymmetric(next(Float32Array), head.rowCount),
    selfWeights: next(Float32Array),
  };
}
