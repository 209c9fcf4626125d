import { seededRandom, shuffled } from '../core/seeded-random.ts';
import type { Ease } from './ease/train-ease.js';
import { trainEase } from './ease/train-ease.ts';
import { countsOf, matrixOf, type SparseRows, transpose } from './interactions.ts';
import { findNeighbours } from './neighbours/find-neighbours.ts';
import { onlyViewers, type PackedHistory } from './packed-history.ts';
import type { ModelParameters } from './parameters.js';
import { chooseColumns, damped } from './training-rows.ts';

/** Raised whenever the same history, parameters and seed give another model. */
export const MODEL_CODE = '1';

/** All that a model comes of: two with the same version are the same, byte for byte. */
export interface ModelVersion {
  /** How much of history it knows; null of what has none, such as a data set. */
  readonly position: string | null;
  /** What was done until then is not in it; absent where it knows all from the beginning. */
  readonly after?: string;
  readonly code: string;
  readonly parameters: ModelParameters;
  readonly seed: number;
}

/** What was learnt from who cared for what. Names items, and no viewers. */
export interface Model {
  readonly version: ModelVersion;
  /** Everything anybody cared for, in ascending order. */
  readonly itemIds: readonly string[];
  /** How many of the people it learnt from cared for each of these: people, not how often they did. */
  readonly people: Uint32Array;
  /** Of each of these its column in `ease`, or -1. */
  readonly easeColumns: Int32Array;
  readonly ease: Ease;
  /** Of each item those most like it by who cared for both. */
  readonly neighbours: SparseRows;
}

/** Learns from a history; neither the order in which it comes nor repeats of the same make a difference. */
export function trainModel(
  history: PackedHistory,
  { position, after, parameters, seed }: Omit<ModelVersion, 'code'>,
): Model {
  const { itemIds, rows } = matrixOf(sampled(history, parameters.maximumViewers, seed));
  const people = countsOf(transpose(rows));
  const known = chooseColumns(people, parameters);
  const easeColumns = new Int32Array(itemIds.length).fill(-1);
  for (const [column, item] of known.entries()) easeColumns[item] = column;
  const easeRows = damped(rows, easeColumns, known.length, parameters.viewerExponent);
  return {
    version: { position, ...(after !== undefined && { after }), code: MODEL_CODE, parameters, seed },
    itemIds,
    people,
    easeColumns,
    ease: trainEase(easeRows, parameters.lambda),
    neighbours: findNeighbours(rows, parameters.neighbours),
  };
}

function sampled(history: PackedHistory, maximum: number, seed: number): PackedHistory {
  const { viewerIds } = history;
  if (viewerIds.length <= maximum) return history;
  const places = [...viewerIds.keys()].sort((a, b) =>
    (viewerIds[a] as string) < (viewerIds[b] as string) ? -1 : 1,
  );
  const chosen = new Set(shuffled(places, seededRandom(seed)).slice(0, maximum));
  return onlyViewers(history, (viewer) => chosen.has(viewer));
}
