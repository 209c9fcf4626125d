import { fromBytes } from '../../core/embeddings/project.ts';
import { type Logistic, type Rows, rowAt, scoreRow, trainLogistic } from './logistic.ts';
import { areaUnderCurve, atThreshold, type Judged, thresholdFor } from './measures.ts';
import { inParts } from './parts.ts';

/** Raised whenever the same examples, parameters and seed give another model. */
export const HEAD_CODE = '1';

export const HEAD_PARAMETERS = {
  /** Of either side, with pictures that are known. */
  leastDecisions: 50,
  /** One of so many parts is held out. */
  parts: 3,
  /** Of which one is chosen by parts of what is learnt from. */
  penalties: [0.001, 0.003, 0.01, 0.03, 0.1],
  folds: 4,
  /** Share of what people approved that it may take for rejected, on what was held out. */
  falseAlarms: 0.05,
  /** Its area under the curve has to be above chance by this much, less two standard errors. */
  margin: 0.1,
} as const;
export type HeadParameters = typeof HEAD_PARAMETERS;

/** What people decided on items, in the order of their ids, and what a model saw in these. */
export interface Examples {
  readonly mediaIds: readonly string[];
  readonly isRejected: readonly boolean[];
  /** Of each item as many bytes as of the next: the mean of its frames, then the one that speaks most against it. */
  readonly vectors: Uint8Array<ArrayBuffer>;
  /** Where these vectors are from. */
  readonly space: string;
}

export interface HeadVersion {
  readonly position: string;
  readonly after?: string;
  readonly code: string;
  readonly parameters: HeadParameters;
  readonly seed: number;
}

/** What was learnt of people's decisions. Names no items. */
export interface Head {
  readonly version: HeadVersion;
  readonly space: string;
  readonly weights: Float32Array;
  readonly intercept: number;
  /** From which score on an item is shown to a person. */
  readonly threshold: number;
}

export interface HeadEvaluation {
  readonly auc: number;
  readonly aucError: number;
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly falseAlarms: number;
  readonly heldOutApproved: number;
  readonly heldOutRejected: number;
}

/** Learns of two parts of three, and is measured on the third, of which nothing is learnt. */
export function trainHead(
  { isRejected, vectors, space }: Examples,
  version: Omit<HeadVersion, 'code'>,
): { readonly head: Head; readonly evaluation: HeadEvaluation } {
  const { parameters, seed } = version;
  const count = isRejected.length;
  const rows: Rows = { count, width: vectors.length / count, values: fromBytes(vectors) };
  const [heldOut = [], ...others] = inParts(isRejected, [...isRejected.keys()], parameters.parts, seed);
  const learntOf = others.flat().toSorted((a, b) => a - b);
  const penalty = choosePenalty(rows, isRejected, learntOf, parameters, seed);
  const learnt = trainLogistic(rows, isRejected, learntOf, penalty);
  const weights = Float32Array.from(learnt.weights);
  const head = { version: { ...version, code: HEAD_CODE }, space, weights, intercept: learnt.intercept };
  const judged = heldOut.map(
    (place): Judged => ({
      score: scoreRow({ weights: Float64Array.from(weights), intercept: head.intercept }, rowAt(rows, place)),
      isRejected: isRejected[place] as boolean,
    }),
  );
  const threshold = thresholdFor(judged, parameters.falseAlarms);
  const { auc, error } = areaUnderCurve(judged);
  const heldOutRejected = judged.filter((each) => each.isRejected).length;
  return {
    head: { ...head, threshold },
    evaluation: {
      ...{ auc, aucError: error, threshold, ...atThreshold(judged, threshold) },
      ...{ heldOutApproved: judged.length - heldOutRejected, heldOutRejected },
    },
  };
}

/** How much like what people rejected an item is, 0..1. Throws RangeError for vectors that are not of its space. */
export function scoreOf(head: Head, of: { readonly space: string; readonly vector: Uint8Array }): number {
  if (of.space !== head.space || of.vector.length !== head.weights.length)
    throw new RangeError(`Vectors of ${of.space} are none of ${head.space}.`);
  const logistic: Logistic = { weights: Float64Array.from(head.weights), intercept: head.intercept };
  return scoreRow(logistic, fromBytes(of.vector));
}

/** The one that tells best of what it has not learnt from. */
function choosePenalty(
  rows: Rows,
  isRejected: readonly boolean[],
  among: readonly number[],
  { penalties, folds }: HeadParameters,
  seed: number,
): number {
  const groups = inParts(isRejected, among, folds, seed + 1);
  const losses = penalties.map((penalty) =>
    groups.reduce((sum, left) => {
      const out = new Set(left);
      const rest = among.filter((place) => !out.has(place));
      const learnt = trainLogistic(rows, isRejected, rest, penalty);
      const loss = (place: number) => {
        const score = scoreRow(learnt, rowAt(rows, place));
        return -Math.log(Math.max(1e-12, isRejected[place] ? score : 1 - score));
      };
      return sum + left.reduce((total, place) => total + loss(place), 0);
    }, 0),
  );
  return penalties[losses.indexOf(Math.min(...losses))] ?? penalties[0];
}
