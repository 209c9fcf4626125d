import { type Blended, blend } from './blend.ts';
import type { Catalogue } from './catalogue.js';
import { type Taste, tagLikeness } from './content.ts';
import { type DiversityParameters, diversify, type Ranked } from './diversify.ts';
import { strongestTermOf } from './ease/ease-weight.ts';
import type { Model } from './model.js';
import { likenessOf } from './neighbours/likeness-of.ts';
import { BLEND, BLEND_WITHOUT_PEERS, type BlendWeights, DIVERSITY } from './parameters.ts';
import { type Reason, reasonFor } from './reason.ts';
import { prepareShelf, type Shelf } from './shelf.ts';

export interface Recommended {
  readonly itemId: string;
  readonly score: number;
  readonly reason: Reason;
}

export interface ListRequest {
  /** All the viewer has done something with: none of it is on the list. Liked since the model was trained counts as all else. */
  readonly tastes: readonly Taste[];
  readonly limit: number;
  /** Only items with this tag, in any case. */
  readonly tag?: string | null;
  /** Of what may no longer be shown since the catalogue was made. */
  readonly isHidden?: (itemId: string) => boolean;
  readonly weights?: BlendWeights;
  readonly diversity?: DiversityParameters;
}

/** Makes lists for anybody from one model and one catalogue. */
export function createRecommender(
  model: Model,
  catalogue: Catalogue,
): (request: ListRequest) => Recommended[] {
  const shelf = prepareShelf(model, catalogue);
  const strongestTerm = strongestTermOf(model.ease);
  return (request) => {
    const { blended, chosen } = rankFor(shelf, request);
    return chosen.map(({ place, score }) => ({
      itemId: catalogue.items[place]?.itemId ?? '',
      score,
      reason: reasonFor(shelf, blended, strongestTerm, place),
    }));
  };
}

/** What is on a list, by places in the catalogue, before it is said why. */
export function rankFor(
  shelf: Shelf,
  { tastes, limit, tag, isHidden, weights, diversity = DIVERSITY }: ListRequest,
): { readonly blended: Blended; readonly chosen: readonly Ranked[] } {
  const { catalogue, model, modelItems, fame } = shelf;
  const hasPeers = tastes.some(({ itemId, weight }) => weight > 0 && shelf.itemOf.has(itemId));
  const blended = blend(shelf, tastes, weights ?? (hasPeers ? BLEND : BLEND_WITHOUT_PEERS));
  const seen = new Set(tastes.map(({ itemId }) => itemId));
  const wanted = tag?.toLowerCase();
  const mayBeShown = (place: number): boolean => {
    const item = catalogue.items[place];
    if (!item || seen.has(item.itemId) || isHidden?.(item.itemId)) return false;
    return wanted === undefined || item.tags.some((own) => own.toLowerCase() === wanted);
  };
  const ranking = bestOf(blended.scores, Math.max(limit, diversity.pool), mayBeShown);
  const alike = (one: number, other: number): number => {
    const [a, b] = [modelItems[one] as number, modelItems[other] as number];
    return a === -1 || b === -1 ? tagLikeness(catalogue, one, other) : likenessOf(model.neighbours, a, b);
  };
  const chosen = diversify(ranking, limit, diversity, alike, (place) => fame[place] as number);
  return { blended, chosen };
}

/** The places with the highest scores, in their order; of equal ones in that of their ids. */
export function bestOf(
  scores: Float64Array,
  count: number,
  mayBeShown: (place: number) => boolean,
): Ranked[] {
  const places: number[] = [];
  for (let place = 0; place < scores.length; place += 1) if (mayBeShown(place)) places.push(place);
  const sorted = Float64Array.from(places, (place) => scores[place] as number).sort();
  const least = sorted[Math.max(0, sorted.length - count)] ?? Number.NEGATIVE_INFINITY;
  return places
    .map((place) => ({ place, score: scores[place] as number }))
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, count);
}
