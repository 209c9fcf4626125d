import { type ContentScores, scoreContent, type Taste } from './content.ts';
import { scoreEase } from './ease/score-ease.ts';
import type { SparseRow } from './interactions.js';
import { scoreNeighbours } from './neighbours/score-neighbours.ts';
import type { BlendWeights } from './parameters.js';
import type { Shelf } from './shelf.js';
import { dampingOf } from './training-rows.ts';

/** What speaks for each item of a catalogue, by its place there, weighed; their sum is its score. */
export interface Parts {
  readonly coWatched: Float64Array;
  readonly content: Float64Array;
  readonly popularity: Float64Array;
  readonly freshness: Float64Array;
}

export interface Blended {
  readonly parts: Parts;
  readonly scores: Float64Array;
  readonly content: ContentScores;
  /** What the viewer liked, in the columns of the model's weights and of its items. */
  readonly easeRow: SparseRow;
  readonly itemRow: SparseRow;
}

/** Scores everything in the catalogue for a viewer with these tastes, those newer than the model too: they are its row. */
export function blend(shelf: Shelf, tastes: readonly Taste[], weights: BlendWeights): Blended {
  const { model, catalogue, modelItems } = shelf;
  const { easeRow, itemRow } = rowsOf(shelf, tastes);
  const ease = scoreEase(model.ease, easeRow);
  const near = scoreNeighbours(model.neighbours, itemRow);
  const content = scoreContent(catalogue, tastes);
  const count = catalogue.items.length;
  const empty = () => new Float64Array(count);
  const parts = { coWatched: empty(), content: empty(), popularity: empty(), freshness: empty() };
  const scores = empty();
  for (const [place, { people, ageDays }] of catalogue.items.entries()) {
    const item = modelItems[place] as number;
    const column = item === -1 ? -1 : (model.easeColumns[item] as number);
    const coWatched =
      column !== -1
        ? weights.ease * (ease[column] as number)
        : item !== -1
          ? (weights.neighbours * (near[item] as number)) / Math.max(1, itemRow.columns.length)
          : 0;
    const coldness = weights.coldPeople / (weights.coldPeople + people);
    const alike = (weights.content + weights.coldContent * coldness) * (content.scores[place] as number);
    const popular = weights.popularity * (catalogue.popularity[place] as number);
    const fresh =
      ageDays === null ? 0 : weights.freshness * coldness * 2 ** (-ageDays / weights.freshHalfLifeDays);
    parts.coWatched[place] = coWatched;
    parts.content[place] = alike;
    parts.popularity[place] = popular;
    parts.freshness[place] = fresh;
    scores[place] = coWatched + alike + popular + fresh;
  }
  return { parts, scores, content, easeRow, itemRow };
}

function rowsOf({ model, itemOf }: Shelf, tastes: readonly Taste[]) {
  const liked = tastes
    .filter(({ weight }) => weight > 0)
    .flatMap(({ itemId, weight }) => {
      const item = itemOf.get(itemId);
      return item === undefined ? [] : [{ item, weight }];
    })
    .sort((a, b) => a.item - b.item);
  const weighed = liked
    .map(({ item, weight }) => ({ column: model.easeColumns[item] as number, weight }))
    .filter(({ column }) => column !== -1);
  const damping = dampingOf(weighed.length, model.version.parameters.viewerExponent);
  const easeRow: SparseRow = {
    columns: Uint32Array.from(weighed, ({ column }) => column),
    values: Float32Array.from(weighed, ({ weight }) => weight * damping),
  };
  const itemRow: SparseRow = {
    columns: Uint32Array.from(liked, ({ item }) => item),
    values: Float32Array.from(liked, ({ weight }) => weight),
  };
  return { easeRow, itemRow };
}
