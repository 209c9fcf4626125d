/** Rows of numbers, one behind another. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  readonly values: Float64Array;
}

export interface Logistic {
  readonly weights: Float64Array;
  readonly intercept: number;
}

const ROUNDS = 150;

/**
 * Logistic regression with a penalty (L2) on its weights, both sides counting as much however many there are of each. Rows are centred meanwhile, since what all
 * pictures have in common says nothing. By Nesterov's gradient descent in a fixed number of rounds, so that the same rows give the same numbers.
 */
export function trainLogistic(
  rows: Rows,
  isPositive: readonly boolean[],
  places: readonly number[],
  penalty: number,
): Logistic {
  const { width } = rows;
  const positives = places.filter((place) => isPositive[place]).length;
  const shares = places.map((place) => 0.5 / (isPositive[place] ? positives : places.length - positives));
  const mean = new Float64Array(width);
  for (const [index, place] of places.entries())
    for (let at = 0; at < width; at++)
      mean[at] = (mean[at] as number) + (shares[index] as number) * valueAt(rows, place, at);
  const centred = places.map((place) =>
    Float64Array.from({ length: width }, (_, at) => valueAt(rows, place, at) - (mean[at] as number)),
  );
  const longest = centred.reduce((most, row) => Math.max(most, dot(row, row)), 0);
  const step = 1 / (0.25 * (longest + 1) + penalty);

  let weights = new Float64Array(width);
  let intercept = 0;
  let ahead = { weights, intercept };
  for (let round = 1; round <= ROUNDS; round++) {
    const slope = new Float64Array(width);
    let interceptSlope = 0;
    for (const [index, row] of centred.entries()) {
      const target = isPositive[places[index] as number] ? 1 : 0;
      const error = (shares[index] as number) * (sigmoid(dot(row, ahead.weights) + ahead.intercept) - target);
      interceptSlope += error;
      for (let at = 0; at < width; at++) slope[at] = (slope[at] as number) + error * (row[at] as number);
    }
    const from = ahead;
    const next = from.weights.map((weight, at) => weight - step * ((slope[at] as number) + penalty * weight));
    const nextIntercept = from.intercept - step * interceptSlope;
    const momentum = (round - 1) / (round + 2);
    const before = weights;
    ahead = {
      weights: next.map((weight, at) => weight + momentum * (weight - (before[at] as number))),
      intercept: nextIntercept + momentum * (nextIntercept - intercept),
    };
    weights = next;
    intercept = nextIntercept;
  }
  return { weights, intercept: intercept - dot(mean, weights) };
}

/** 0..1: how much like the positive ones a row is. */
export const scoreRow = ({ weights, intercept }: Logistic, row: ArrayLike<number>): number =>
  sigmoid(dot(row, weights) + intercept);

export const rowAt = ({ values, width }: Rows, place: number): Float64Array =>
  values.subarray(place * width, (place + 1) * width);

const valueAt = ({ values, width }: Rows, place: number, at: number): number =>
  values[place * width + at] as number;

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] as number) * (other[at] as number);
  return sum;
}
