import { type CatalogueItem, indexCatalogue } from '../../../src/recommender/catalogue.js';
import type { DiversityParameters } from '../../../src/recommender/diversify.js';
import { type Interaction, rowOf, toMatrix } from '../../../src/recommender/interactions.js';
import { type Model, trainModel } from '../../../src/recommender/model.js';
import { findNeighbours } from '../../../src/recommender/neighbours/find-neighbours.js';
import type { NeighbourParameters } from '../../../src/recommender/neighbours/likeness.js';
import { scoreNeighbours } from '../../../src/recommender/neighbours/score-neighbours.js';
import { packHistory } from '../../../src/recommender/packed-history.js';
import {
  BLEND,
  type BlendWeights,
  DIVERSITY,
  MODEL_PARAMETERS,
  type ModelParameters,
} from '../../../src/recommender/parameters.js';
import { rankFor } from '../../../src/recommender/recommend.js';
import { prepareShelf } from '../../../src/recommender/shelf.js';
import type { DataSet } from './data-set.js';

export const LIST = 20;

export interface Choice {
  readonly model: ModelParameters;
  readonly blend: BlendWeights;
  readonly diversity: DiversityParameters;
  /** Of the peer: item-kNN alone. */
  readonly knn: NeighbourParameters;
}

export const PLAIN: DiversityParameters = { ...DIVERSITY, relevance: 1 };
export const PRESENT: Choice = {
  model: MODEL_PARAMETERS,
  blend: BLEND,
  diversity: DIVERSITY,
  knn: MODEL_PARAMETERS.neighbours,
};

export const train = (history: readonly Interaction[], parameters: ModelParameters): Model =>
  trainModel(packHistory(history), { position: null, parameters, seed: 1 });

/** Everything in the data set, with as many people as the history knows of. */
export function catalogueOf({ tagsOf, interactions }: DataSet, history: readonly Interaction[]) {
  const people = Map.groupBy(history, ({ itemId }) => itemId);
  const ids = [...new Set(interactions.map(({ itemId }) => itemId))];
  const items: CatalogueItem[] = ids.map((itemId) => ({
    itemId,
    type: 'video',
    tags: tagsOf.get(itemId) ?? [],
    people: people.get(itemId)?.length ?? 0,
    ageDays: null,
  }));
  return indexCatalogue(items);
}

export type ListFor = (viewerId: string) => readonly string[];

/** Ours: of what a viewer has not seen in this history. */
export function ourLists(
  data: DataSet,
  history: readonly Interaction[],
  model: Model,
  { blend: weights, diversity }: Pick<Choice, 'blend' | 'diversity'>,
  isHidden?: (itemId: string) => boolean,
): ListFor {
  const shelf = prepareShelf(model, catalogueOf(data, history));
  const own = Map.groupBy(history, ({ viewerId }) => viewerId);
  return (viewerId) => {
    const tastes = own.get(viewerId) ?? [];
    const hidden = isHidden && { isHidden };
    const { chosen } = rankFor(shelf, { tastes, limit: LIST, weights, diversity, ...hidden });
    return chosen.map(({ place }) => shelf.catalogue.items[place]?.itemId ?? '');
  };
}

/** What most people cared for, counted in people. */
export function popularLists(history: readonly Interaction[]): ListFor {
  const people = Map.groupBy(history, ({ itemId }) => itemId);
  const order = [...people].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const seen = Map.groupBy(history, ({ viewerId }) => viewerId);
  return (viewerId) => {
    const own = new Set(seen.get(viewerId)?.map(({ itemId }) => itemId));
    return order
      .map(([itemId]) => itemId)
      .filter((itemId) => !own.has(itemId))
      .slice(0, LIST);
  };
}

/** Item-kNN alone. */
export function neighbourLists(history: readonly Interaction[], parameters: NeighbourParameters): ListFor {
  const { viewerIds, itemIds, rows } = toMatrix(history);
  const neighbours = findNeighbours(rows, parameters);
  return (viewerId) => {
    const row = rowOf(rows, viewerIds.indexOf(viewerId));
    const scores = scoreNeighbours(neighbours, row);
    for (const seen of row.columns) scores[seen] = Number.NEGATIVE_INFINITY;
    return [...scores.keys()]
      .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
      .slice(0, LIST)
      .map((item) => itemIds[item] ?? '');
  };
}
